-- A view, for the candidate is the scores themselves under the readers' names.
{{ config(materialized='view') }}

select
    score.agency_province_code as province_code,
    score.period_month,
    score.peer_group,
    score.agency_code,
    score.agency_name_vi,
    score.group_code,
    score.indicator_code,
    score.indicator_name_vi,
    score.numerator,
    score.denominator,
    score.ratio,
    score.target,
    score.max_points,
    score.points,
    score.status,
    score.scope
from {{ ref('ind_scores_monthly') }} as score
inner join {{ ref('dim_open_months') }} as month
    on score.period_month = month.period_month
union all
select
    frozen.province_code,
    frozen.period_month,
    frozen.peer_group,
    frozen.agency_code,
    frozen.agency_name_vi,
    frozen.group_code,
    frozen.indicator_code,
    frozen.indicator_name_vi,
    frozen.numerator,
    frozen.denominator,
    frozen.ratio,
    frozen.target,
    frozen.max_points,
    frozen.points,
    frozen.status,
    frozen.scope
from {{ ref('stg_published__agency_scorecards') }} as frozen

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

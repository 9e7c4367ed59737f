{{ config(materialized='view') }}

with totals as (
    -- a month compares with the one before, open or frozen
    select
        total.agency_code,
        total.period_month,
        total.catalogue_version,
        total.rank,
        total.score
    from {{ ref('ind_totals_monthly') }} as total
    inner join {{ ref('dim_open_months') }} as month
        on total.period_month = month.period_month
    union all
    select
        frozen.agency_code,
        frozen.period_month,
        frozen.catalogue_version,
        frozen.rank,
        frozen.score
    from {{ ref('stg_published__agency_rankings') }} as frozen
),

compare_months as (
    select
        total.*,
        earlier.rank as previous_rank,
        earlier.score as previous_score
    from {{ ref('ind_totals_monthly') }} as total
    left join totals as earlier
        on
            total.agency_code = earlier.agency_code
            and (total.period_month - interval '1 month')::date = earlier.period_month
            and total.catalogue_version = earlier.catalogue_version
            and not total.has_absorbed_another
)

select
    total.agency_province_code as province_code,
    total.period_month,
    month.period_label,
    total.peer_group,
    total.agency_code,
    total.name_vi as agency_name_vi,
    total.rank,
    total.ranked_agencies,
    total.score,
    total.grade_code,
    total.grade_name_vi,
    total.transparency_points,
    total.timeliness_points,
    total.online_service_points,
    total.online_payment_points,
    total.digitisation_points,
    total.satisfaction_points,
    total.applicable_score,
    total.previous_rank,
    total.previous_score,
    case when month.period_state <> 'running' then total.previous_rank - total.rank end as rank_change,
    case when month.period_state <> 'running' then total.score - total.previous_score end::numeric(5, 2)
        as score_change,
    total.dossiers_in_hand,
    total.assessment_status,
    month.period_state,
    true as is_provisional,
    0 as revision,
    month.is_latest_period,
    total.catalogue_version,
    month.data_as_of
from compare_months as total
inner join {{ ref('dim_open_months') }} as month
    on total.period_month = month.period_month
union all
select
    frozen.province_code,
    frozen.period_month,
    frozen.period_label,
    frozen.peer_group,
    frozen.agency_code,
    frozen.agency_name_vi,
    frozen.rank,
    frozen.ranked_agencies,
    frozen.score,
    frozen.grade_code,
    frozen.grade_name_vi,
    frozen.transparency_points,
    frozen.timeliness_points,
    frozen.online_service_points,
    frozen.online_payment_points,
    frozen.digitisation_points,
    frozen.satisfaction_points,
    frozen.applicable_score,
    frozen.previous_rank,
    frozen.previous_score,
    frozen.rank_change,
    frozen.score_change,
    frozen.dossiers_in_hand,
    frozen.assessment_status,
    frozen.period_state,
    frozen.is_provisional,
    frozen.revision,
    frozen.period_month = newest.latest_period_month as is_latest_period,
    frozen.catalogue_version,
    frozen.data_as_of
from {{ ref('stg_published__agency_rankings') }} as frozen
cross join {{ ref('dim_latest_period') }} as newest

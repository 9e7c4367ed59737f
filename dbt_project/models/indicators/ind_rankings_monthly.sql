with compared as (
    -- a month compares with the one before, open or frozen
    select
        total.agency_code,
        total.period_month,
        total.catalogue_version,
        standing.rank,
        total.score
    from {{ ref('ind_totals_monthly') }} as total
    inner join {{ ref('ind_standings_monthly') }} as standing using (province_code, agency_code, period_month)
    union all
    select
        frozen.agency_code,
        frozen.period_month,
        frozen.catalogue_version,
        frozen.rank,
        frozen.score
    from {{ ref('stg_published__agency_rankings') }} as frozen
)

select
    head.*, -- noqa: AM04
    standing.rank,
    standing.ranked_agencies,
    standing.tied_agencies,
    total.score,
    standing.grade_code,
    standing.grade_name_vi,
    standing.grade_order,
    total.transparency_points,
    total.timeliness_points,
    total.online_service_points,
    total.online_payment_points,
    total.digitisation_points,
    total.satisfaction_points,
    total.applicable_score,
    earlier.rank as previous_rank,
    earlier.score as previous_score,
    case when head.period_state <> 'running' then earlier.rank - standing.rank end as rank_change,
    case when head.period_state <> 'running' then total.score - earlier.score end::numeric(5, 2)
        as score_change,
    standing.peer_median_score
from {{ ref('ind_totals_monthly') }} as total
inner join {{ ref('ind_standings_monthly') }} as standing using (province_code, agency_code, period_month)
inner join {{ ref('ind_agency_heads_monthly') }} as head
    on
        total.province_code = head.connected_province_code
        and total.agency_code = head.agency_code
        and total.period_month = head.period_month
left join compared as earlier
    on
        total.agency_code = earlier.agency_code
        and (total.period_month - interval '1 month')::date = earlier.period_month
        and total.catalogue_version = earlier.catalogue_version
        and not total.has_absorbed_another

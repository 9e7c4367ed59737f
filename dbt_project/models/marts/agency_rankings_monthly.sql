with compare_months as (
    select
        total.*,
        case
            when
                earlier.catalogue_version = total.catalogue_version
                and not total.has_absorbed_another
                then earlier.score
        end as earlier_score,
        case
            when
                earlier.catalogue_version = total.catalogue_version
                and not total.has_absorbed_another
                then earlier.rank
        end as earlier_rank
    from {{ ref('ind_totals_monthly') }} as total
    left join {{ ref('ind_totals_monthly') }} as earlier
        on
            total.province_code = earlier.province_code
            and total.agency_code = earlier.agency_code
            and (total.period_month - interval '1 month')::date = earlier.period_month
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
    total.earlier_rank - total.rank as rank_change,
    (total.score - total.earlier_score)::numeric(5, 2) as score_change,
    total.dossiers_in_hand,
    total.assessment_status,
    month.is_provisional,
    0 as revision,
    month.is_latest_period,
    month.data_as_of
from compare_months as total
inner join {{ ref('dim_months') }} as month
    on total.period_month = month.period_month

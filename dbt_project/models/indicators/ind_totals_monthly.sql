with add_points as (
    select
        score.province_code,
        score.agency_code,
        score.period_month,
        sum(score.points) filter (where score.group_code = 'CKMB')::numeric(5, 2) as transparency_points,
        sum(score.points) filter (where score.group_code = 'TDGQ')::numeric(5, 2) as timeliness_points,
        sum(score.points) filter (where score.group_code = 'DVCTT')::numeric(5, 2) as online_service_points,
        sum(score.points) filter (where score.group_code = 'TTTT')::numeric(5, 2) as online_payment_points,
        sum(score.points) filter (where score.group_code = 'MDSH')::numeric(5, 2) as digitisation_points,
        sum(score.points) filter (where score.group_code = 'MDHL')::numeric(5, 2) as satisfaction_points,
        coalesce(sum(score.points), 0)::numeric(5, 2) as score,
        -- only what the agency could earn points for
        (
            100 * sum(score.points) filter (where score.is_applicable)
            / nullif(sum(score.max_points) filter (where score.is_applicable), 0)
        )::numeric(5, 2) as applicable_score
    from {{ ref('ind_scores_monthly') }} as score
    group by score.province_code, score.agency_code, score.period_month
)

select
    agency.province_code,
    agency.agency_code,
    agency.period_month,
    agency.agency_province_code,
    agency.name_vi,
    agency.peer_group,
    agency.display_order,
    agency.catalogue_version,
    agency.last_on,
    agency.has_absorbed_another,
    coalesce(dossier.dossiers_in_hand, 0)::integer as dossiers_in_hand,
    case
        when agency.peer_group = 'province' then 'province'
        when coalesce(dossier.dossiers_in_hand, 0) = 0 then 'no_dossiers'
        else 'ranked'
    end as assessment_status,
    total.transparency_points,
    total.timeliness_points,
    total.online_service_points,
    total.online_payment_points,
    total.digitisation_points,
    total.satisfaction_points,
    total.score,
    total.applicable_score
from {{ ref('ind_assessed_agencies_monthly') }} as agency
inner join add_points as total using (province_code, agency_code, period_month)
left join {{ ref('ind_dossier_measures') }} as dossier using (province_code, agency_code, period_month)

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
),

assess_agencies as (
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
    inner join add_points as total
        on
            agency.province_code = total.province_code
            and agency.agency_code = total.agency_code
            and agency.period_month = total.period_month
    left join {{ ref('ind_dossier_measures') }} as dossier
        on
            agency.province_code = dossier.province_code
            and agency.agency_code = dossier.agency_code
            and agency.period_month = dossier.period_month
)

select
    assessed.province_code,
    assessed.agency_code,
    assessed.period_month,
    assessed.agency_province_code,
    assessed.name_vi,
    assessed.peer_group,
    assessed.display_order,
    assessed.catalogue_version,
    assessed.has_absorbed_another,
    assessed.dossiers_in_hand,
    assessed.assessment_status,
    assessed.transparency_points,
    assessed.timeliness_points,
    assessed.online_service_points,
    assessed.online_payment_points,
    assessed.digitisation_points,
    assessed.satisfaction_points,
    assessed.score,
    assessed.applicable_score,
    case
        when assessed.assessment_status = 'ranked'
            then rank() over (
                partition by
                    assessed.province_code,
                    assessed.period_month,
                    assessed.peer_group,
                    assessed.assessment_status
                order by assessed.score desc
            )
    end::integer as rank,
    (count(*) filter (where assessed.assessment_status = 'ranked') over (
        partition by assessed.province_code, assessed.period_month, assessed.peer_group
    ))::integer as ranked_agencies,
    grade.grade_code,
    grade.name_vi as grade_name_vi
from assess_agencies as assessed
left join lateral (
    select
        class.grade_code,
        class.name_vi
    from {{ ref('grades') }} as class
    where
        assessed.assessment_status <> 'no_dossiers'
        and class.min_score <= assessed.score
        and class.valid_from <= assessed.last_on
        and (class.valid_to is null or class.valid_to >= assessed.last_on)
    order by class.min_score desc
    limit 1
) as grade on true

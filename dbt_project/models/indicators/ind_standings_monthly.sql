with medians as (
    select
        total.province_code,
        total.period_month,
        total.peer_group,
        percentile_cont(0.5) within group (order by total.score)::numeric(5, 2) as peer_median_score
    from {{ ref('ind_totals_monthly') }} as total
    where total.assessment_status = 'ranked'
    group by total.province_code, total.period_month, total.peer_group
),

ranked as (
    select
        total.*,
        case
            when total.assessment_status = 'ranked'
                then rank() over (
                    partition by
                        total.province_code,
                        total.period_month,
                        total.peer_group,
                        total.assessment_status
                    order by total.score desc
                )
        end::integer as rank,
        (count(*) filter (where total.assessment_status = 'ranked') over (
            partition by total.province_code, total.period_month, total.peer_group
        ))::integer as ranked_agencies
    from {{ ref('ind_totals_monthly') }} as total
)

select
    ranked.province_code,
    ranked.agency_code,
    ranked.period_month,
    ranked.rank,
    ranked.ranked_agencies,
    case
        when ranked.rank is not null
            then count(*) over (
                partition by ranked.province_code, ranked.period_month, ranked.peer_group, ranked.rank
            )
    end::integer as tied_agencies,
    grade.grade_code,
    grade.name_vi as grade_name_vi,
    grade.grade_order,
    median.peer_median_score,
    ranked.dossiers_in_hand < coalesce(small.value::integer, 0) as is_small_base
from ranked
left join medians as median using (province_code, period_month, peer_group)
{{ rule_on('small_base_dossiers', 'ranked.last_on', 'small') }}
left join lateral (
    select class.*
    from (
        select
            valid.grade_code,
            valid.name_vi,
            valid.min_score,
            (row_number() over (order by valid.min_score desc))::integer as grade_order
        from {{ ref('grades') }} as valid
        where {{ in_force('valid', 'ranked.last_on') }}
    ) as class
    where
        ranked.assessment_status <> 'no_dossiers'
        and class.min_score <= ranked.score
    order by class.min_score desc
    limit 1
) as grade on true

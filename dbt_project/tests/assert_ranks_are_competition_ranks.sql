-- A rank is one more than the number of better agencies of the peer group (1, 2, 2, 4).
select
    ranked.agency_code,
    ranked.period_month,
    ranked.rank
from {{ ref('agency_rankings_monthly') }} as ranked
where
    (ranked.assessment_status = 'ranked') <> (ranked.rank is not null)
    or (
        ranked.rank is not null
        and ranked.rank <> 1 + (
            select count(*)
            from {{ ref('agency_rankings_monthly') }} as better
            where
                better.province_code = ranked.province_code
                and better.period_month = ranked.period_month
                and better.peer_group = ranked.peer_group
                and better.assessment_status = 'ranked'
                and better.score > ranked.score
        )
    )

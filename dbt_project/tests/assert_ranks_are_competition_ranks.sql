-- A rank is one more than the number of better agencies of the peer group (1, 2, 2, 4).
with count_better as (
    select
        ranked.*,
        count(*) filter (where ranked.assessment_status = 'ranked') over (
            partition by ranked.province_code, ranked.period_month, ranked.peer_group
            order by ranked.score desc
            range between unbounded preceding and 0.01 preceding -- scores have two decimals
        ) as better_agencies
    from {{ ref('agency_rankings_monthly') }} as ranked
    where ranked.period_state <> 'frozen'
)

select
    counted.agency_code,
    counted.period_month,
    counted.rank
from count_better as counted
where
    (counted.assessment_status = 'ranked') <> (counted.rank is not null)
    or counted.rank <> 1 + counted.better_agencies

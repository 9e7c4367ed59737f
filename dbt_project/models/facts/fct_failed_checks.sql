-- The door in only: what the door out says of this build is known after it.
with find_newest_runs as (
    select
        result.suite,
        max(result.run_id) as run_id
    from {{ ref('stg_ops__check_results') }} as result
    where result.door = 'in'
    group by result.suite
)

select
    result.run_id,
    result.door,
    result.suite,
    result.expectation,
    result.severity
from {{ ref('stg_ops__check_results') }} as result
inner join find_newest_runs as newest
    on
        result.suite = newest.suite
        and result.run_id = newest.run_id
where not result.has_passed

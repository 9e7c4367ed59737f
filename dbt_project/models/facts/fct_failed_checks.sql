{{ config(materialized='view') }}

-- The door in only: what the door out says of this build is known after it.
-- Of a reading in slices only the newest batch: the past of a portal is no news.
with find_newest_batches as (
    select distinct on (result.suite)
        result.suite,
        result.run_id,
        result.batch_id
    from {{ ref('stg_ops__check_results') }} as result
    where result.door = 'in'
    order by result.suite asc, result.run_id desc, result.batch_id desc nulls last
)

select
    result.run_id,
    result.door,
    result.suite,
    result.expectation,
    result.severity,
    result.notes_vi
from {{ ref('stg_ops__check_results') }} as result
inner join find_newest_batches as newest
    on
        result.suite = newest.suite
        and result.run_id = newest.run_id
        and result.batch_id is not distinct from newest.batch_id
where not result.has_passed

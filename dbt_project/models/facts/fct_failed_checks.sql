select
    result.run_id,
    result.door,
    result.suite,
    result.expectation,
    result.severity
from {{ ref('stg_ops__check_results') }} as result
where
    not result.has_passed
    and result.run_id = (
        select max(newer.run_id)
        from {{ ref('stg_ops__check_results') }} as newer
        where newer.door = result.door
    )

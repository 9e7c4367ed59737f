select
    result.run_id,
    result.batch_id,
    result.door,
    result.suite,
    result.expectation,
    result.severity,
    result.passed as has_passed
from {{ source('ops', 'check_results') }} as result

{%- set known_by = build_argument('opened_at') %}

select
    result.run_id,
    result.batch_id,
    result.door,
    result.suite,
    result.expectation,
    result.severity,
    result.passed as has_passed,
    result.notes_vi
from {{ source('ops', 'check_results') }} as result
{%- if known_by %}
    where result.checked_at <= '{{ known_by }}'::timestamptz
{%- endif %}

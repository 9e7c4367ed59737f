-- Days everybody can check; a wrong seed would move every due date.
with expected (date_on, is_working_day) as (
    values
    (date '2025-04-26', true),
    (date '2025-05-03', false),
    (date '2025-01-24', true),
    (date '2025-01-29', false),
    (date '2025-02-03', true),
    (date '2025-09-02', false),
    (date '2026-01-10', true)
)

select expected.date_on
from expected
left join {{ ref('int_calendar') }} as calendar
    on
        expected.date_on = calendar.date_on
        and calendar.place_code = ''
where calendar.is_working_day is distinct from expected.is_working_day

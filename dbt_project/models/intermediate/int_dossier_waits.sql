{{ config(
    materialized='table',
    unlogged=true,
    indexes=[{'columns': ['province_code', 'source_id']}],
) }}

-- `restart_due_on`: the due date if the limit starts anew at the answer
with asked as (
    select
        requests.*,
        requests.answered_at::date as answered_on,
        case when requests.wait_kind = 'supplement' then requests.answered_at::date end as restarts_on,
        due_dates.calendar_place,
        due_dates.limit_working_days,
        due_dates.limit_span
    from {{ ref('int_dossier_due_dates') }} as due_dates
    inner join {{ ref('int_dossier_requests') }} as requests using (province_code, source_id)
    where
        requests.wait_kind = 'supplement'
        or due_dates.financial_duty_stops_clock
)

select
    asked.province_code,
    asked.source_id,
    asked.wait_kind,
    asked.asked_at,
    asked.asked_on,
    asked.answered_at,
    asked.answered_on,
    asked.due_after_on,
    asked.position,
    due.date_on as restart_due_on
from asked
{{ calendar_day('asked.calendar_place', 'asked.restarts_on', 'answered') }}
{{ calendar_day('asked.calendar_place', '(asked.restarts_on + asked.limit_span)::date', 'last_day') }}
{{ working_day('asked.calendar_place', 'coalesce(
    answered.working_day_index + asked.limit_working_days,
    last_day.working_day_index + case when last_day.is_working_day then 0 else 1 end
)', 'due') }}

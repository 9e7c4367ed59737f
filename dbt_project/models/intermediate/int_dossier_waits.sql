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
        due_dates.calendar_place,
        answered.working_day_index + due_dates.limit_working_days as due_working_day_index,
        (requests.answered_at::date + due_dates.limit_span)::date as last_day_on
    from {{ ref('int_dossier_due_dates') }} as due_dates
    inner join {{ ref('int_dossier_requests') }} as requests using (province_code, source_id)
    left join {{ ref('int_calendar') }} as answered
        on
            requests.wait_kind = 'supplement'
            and due_dates.calendar_place = answered.place_code
            and requests.answered_at::date = answered.date_on
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
left join {{ ref('int_calendar') }} as last_day
    on
        asked.wait_kind = 'supplement'
        and asked.calendar_place = last_day.place_code
        and asked.last_day_on = last_day.date_on
left join {{ ref('int_calendar') }} as due
    on
        due.is_working_day
        and asked.calendar_place = due.place_code
        and due.working_day_index = coalesce(
            asked.due_working_day_index,
            last_day.working_day_index + case when last_day.is_working_day then 0 else 1 end
        )

{{ config(materialized='table', unlogged=true) }}

-- `restart_due_on`: the due date if the limit starts anew at the answer
with asked as (
    select
        requests.province_code,
        requests.source_id,
        requests.asked_at,
        requests.asked_on,
        requests.answered_at,
        requests.answered_at::date as answered_on,
        requests.due_after_on,
        requests.position,
        due_dates.calendar_place,
        answered.working_day_index + due_dates.limit_working_days as due_working_day_index,
        (requests.answered_at::date + due_dates.limit_span)::date as last_day_on
    from {{ ref('int_dossier_requests') }} as requests
    inner join {{ ref('int_dossier_due_dates') }} as due_dates using (province_code, source_id)
    left join {{ ref('int_calendar') }} as answered
        on
            due_dates.calendar_place = answered.place_code
            and requests.answered_at::date = answered.date_on
),

supplements as (
    select
        requests.province_code,
        requests.source_id,
        'supplement' as wait_kind,
        requests.asked_at,
        requests.asked_on,
        requests.answered_at,
        requests.answered_on,
        requests.due_after_on,
        requests.position,
        due.date_on as restart_due_on
    from asked as requests
    left join {{ ref('int_calendar') }} as last_day
        on
            requests.calendar_place = last_day.place_code
            and requests.last_day_on = last_day.date_on
    left join {{ ref('int_calendar') }} as due
        on
            due.is_working_day
            and requests.calendar_place = due.place_code
            and due.working_day_index = coalesce(
                requests.due_working_day_index,
                last_day.working_day_index + case when last_day.is_working_day then 0 else 1 end
            )
),

steps as (
    select
        province_code,
        source_id,
        national_state,
        started_at,
        lead(started_at) over (partition by province_code, source_id order by step_number) as next_started_at,
        step_number
    from {{ ref('int_dossier_status_steps') }}
),

financial_duties as (
    select
        steps.province_code,
        steps.source_id,
        'financial_duty' as wait_kind,
        steps.started_at as asked_at,
        steps.started_at::date as asked_on,
        steps.next_started_at as answered_at,
        steps.next_started_at::date as answered_on,
        null::date as due_after_on,
        steps.step_number as position,
        null::date as restart_due_on
    from steps
    inner join {{ ref('int_dossier_due_dates') }} as due_dates using (province_code, source_id)
    where
        steps.national_state = 6
        and due_dates.financial_duty_stops_clock
)

select * from supplements
union all
select * from financial_duties

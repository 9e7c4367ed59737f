with told as (
    select
        in_hand.province_code,
        in_hand.source_id,
        in_hand.period_month,
        waits.wait_kind,
        waits.asked_at,
        waits.asked_on,
        waits.position,
        due_dates.original_due_on,
        due_dates.calendar_place,
        due_dates.counts_calendar_days,
        case
            when waits.answered_at < in_hand.known_until then waits.answered_on
            else in_hand.ended_on
        end as until_on,
        case
            when
                waits.answered_at < in_hand.known_until
                or (waits.answered_at is null and in_hand.ended_at is not null)
                then coalesce(
                    waits.due_after_on,
                    case when in_hand.supplement_clock = 'restart' then waits.restart_due_on end
                )
        end as set_due_on
    from {{ ref('int_dossier_waits') }} as waits
    inner join {{ ref('int_dossier_months_in_hand') }} as in_hand using (province_code, source_id)
    inner join {{ ref('int_dossier_due_dates') }} as due_dates using (province_code, source_id)
    where waits.asked_at < in_hand.known_until
),

measured as (
    select
        told.*,
        case
            when told.until_on < told.asked_on then 0
            when told.counts_calendar_days then told.until_on - told.asked_on
            else until_day.working_day_index - asked.working_day_index
        end as wait_days,
        count(told.set_due_on) over earlier as times_reset,
        coalesce(max(told.set_due_on) over earlier, told.original_due_on) as due_then_on
    from told
    {{ calendar_day('told.calendar_place', 'told.asked_on', 'asked') }}
    {{ calendar_day('told.calendar_place', 'told.until_on', 'until_day') }}
    window earlier as (
        partition by told.province_code, told.source_id, told.period_month
        order by told.asked_at, told.position
        rows between unbounded preceding and 1 preceding
    )
),

credited as (
    select
        measured.*,
        coalesce(sum(measured.wait_days) over (
            partition by
                measured.province_code,
                measured.source_id,
                measured.period_month,
                measured.times_reset
            order by measured.asked_at, measured.position
            rows between unbounded preceding and 1 preceding
        ), 0)::integer as earlier_wait_days
    from measured
),

-- asked after the due date then valid: late stays late, for this request and all that follow
judged as (
    select
        credited.*,
        coalesce(bool_and(
            case
                when credited.earlier_wait_days = 0 then credited.asked_on <= credited.due_then_on
                when credited.counts_calendar_days
                    then credited.asked_on - credited.earlier_wait_days <= credited.due_then_on
                else asked_eve.working_day_index - credited.earlier_wait_days < due_then.working_day_index
            end
        ) over (
            partition by credited.province_code, credited.source_id, credited.period_month
            order by credited.asked_at, credited.position
        ), true) as is_asked_in_time
    from credited
    {{ calendar_day('credited.calendar_place', 'credited.asked_on - 1', 'asked_eve') }}
    {{ calendar_day('credited.calendar_place', 'credited.due_then_on', 'due_then') }}
),

reset as (
    select
        judged.*,
        count(judged.set_due_on) filter (where judged.is_asked_in_time) over (
            partition by judged.province_code, judged.source_id, judged.period_month
        ) as times_reset_in_all
    from judged
)

-- a wait up to the last new due date is part of that date, and not taken off as well
select
    province_code,
    source_id,
    period_month,
    count(*) filter (where wait_kind = 'supplement') as supplements_asked,
    max(set_due_on) filter (where is_asked_in_time) as reset_due_on,
    coalesce(sum(wait_days) filter (where is_asked_in_time and times_reset = times_reset_in_all), 0)::integer
        as credited_wait_days,
    max(asked_on) filter (where is_asked_in_time and until_on is null) as waiting_since_on
from reset
group by province_code, source_id, period_month

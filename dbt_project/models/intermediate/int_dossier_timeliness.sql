{{ config(materialized='table', unlogged=true) }}

with apologies as (
    select
        in_hand.province_code,
        in_hand.source_id,
        in_hand.period_month,
        (array_agg(redatings.due_after_on order by redatings.redated_at, redatings.position))[1]
            as first_due_on,
        max(redatings.due_after_on) as last_due_on,
        min(redatings.redated_at)::date as apologised_on
    from {{ ref('int_dossier_months_in_hand') }} as in_hand
    inner join {{ ref('int_dossier_redatings') }} as redatings using (province_code, source_id)
    where redatings.redated_at < in_hand.known_until
    group by in_hand.province_code, in_hand.source_id, in_hand.period_month
),

clocked as (
    select
        in_hand.province_code,
        in_hand.source_id,
        in_hand.period_month,
        in_hand.is_received_in_month,
        in_hand.ended_on,
        in_hand.ending_kind,
        due_dates.calendar_place,
        due_dates.counts_calendar_days,
        due_dates.original_due_on,
        due_dates.is_due_from_limit,
        apologies.last_due_on as redated_due_on,
        apologies.apologised_on,
        coalesce(waits.credited_wait_days, 0) as wait_days,
        coalesce(waits.supplements_asked >= 2 and in_hand.second_supplement_is_late, false)
            as is_asked_too_often,
        waits.waiting_since_on,
        case
            when due_dates.citizens_due_on is not null
                then coalesce(waits.reset_due_on, due_dates.citizens_due_on)
        end as citizens_due_on,
        -- the day of judgement still moves: nothing that moves with it is kept
        in_hand.ended_on is null and waits.waiting_since_on is null and not in_hand.is_judged_at_end
            as is_running,
        coalesce(waits.waiting_since_on, in_hand.ended_on, in_hand.judged_on) as stopped_on,
        greatest(
            coalesce(waits.reset_due_on, due_dates.original_due_on),
            case when in_hand.apology_cures_lateness then apologies.first_due_on end
        ) as due_on
    from {{ ref('int_dossier_months_in_hand') }} as in_hand
    inner join {{ ref('int_dossier_due_dates') }} as due_dates using (province_code, source_id)
    left join {{ ref('int_dossier_waits_by_month') }} as waits using (province_code, source_id, period_month)
    left join apologies using (province_code, source_id, period_month)
),

finished as (
    select
        clocked.*,
        case
            when clocked.wait_days = 0 then clocked.stopped_on
            when clocked.counts_calendar_days then clocked.stopped_on - clocked.wait_days
            else coalesce(finish.date_on, clocked.stopped_on)
        end as finish_on
    from clocked
    {{ calendar_day(
        'clocked.calendar_place', 'case when clocked.wait_days > 0 then clocked.stopped_on - 1 end', 'eve'
    ) }}
    {{ working_day('clocked.calendar_place', 'eve.working_day_index - clocked.wait_days + 1', 'finish') }}
),

judged as (
    select
        finished.*,
        finished.due_on is not null and (finished.finish_on > finished.due_on or finished.is_asked_too_often)
            as is_late,
        case
            when finished.finish_on <= finished.due_on then 0
            else greatest(finish_day.working_day_index - due_day.working_day_index, 1)
        end as days_late
    from finished
    {{ calendar_day('finished.calendar_place', 'finished.finish_on', 'finish_day') }}
    {{ calendar_day('finished.calendar_place', 'finished.due_on', 'due_day') }}
)

select
    province_code,
    source_id,
    period_month,
    is_received_in_month,
    ended_on,
    ending_kind,
    original_due_on,
    is_due_from_limit,
    due_on,
    case when not is_running then finish_on end as effective_finish_on,
    due_on is not null as is_timed,
    due_on is not null and not is_late as is_on_time,
    is_late,
    not is_late and coalesce(finish_on > citizens_due_on, false) as is_late_for_citizen,
    case
        when due_on is null then 'untimed'
        when ended_on is null and is_late then 'open_overdue'
        when ended_on is null then 'open_within_time'
        when is_late then 'overdue'
        when finish_on < due_on then 'early'
        else 'on_due_date'
    end as timeliness,
    case
        when not is_late then null
        when is_asked_too_often then 'second_supplement'
        when finish_on <= redated_due_on then 're_dated_late'
        when ended_on is null then 'open_past_deadline'
        else 'finished_late'
    end as late_reason,
    case
        when due_on is null or is_running then null
        else days_late
    end::integer as days_late,
    wait_days::integer as supplement_days,
    waiting_since_on,
    apologised_on
from judged

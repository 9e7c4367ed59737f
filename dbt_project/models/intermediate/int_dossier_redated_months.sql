{{ config(materialized='table', unlogged=true) }}

-- All else stays as it is counted: a change of the finish is looked at by the due date that counts, and the other way.
with changed as (
    select
        change.province_code,
        change.source_id,
        timeliness.period_month,
        change.date_code,
        change.changed_at,
        change.position,
        change.after_on,
        change.is_apologised,
        due_dates.calendar_place,
        due_dates.counts_calendar_days,
        due_dates.limit_span,
        timeliness.due_on,
        timeliness.supplement_days,
        coalesce(timeliness.late_reason = 'second_supplement', false) as is_asked_too_often,
        periods.judged_on,
        waits.reset_due_on,
        coalesce(timeliness.waiting_since_on, timeliness.ended_on, periods.judged_on) as stopped_on,
        coalesce(change.before_on, timeliness.due_on) as before_on,
        -- by what a record says today, but for due dates: there the first one counts, unless an apology cures
        change.date_code <> 'due'
        or coalesce(
            timeliness.due_on = change.after_on and timeliness.due_on <> timeliness.original_due_on, false
        ) as is_counted,
        -- no promise was made, and the competent agency's receipt is the receipt: then it decides the due date
        change.date_code = 'received' and timeliness.is_due_from_limit
        and in_hand.clock_started_on = change.after_on as moves_due_date
    from {{ ref('int_dossier_date_changes') }} as change
    inner join {{ ref('int_dossiers_in_hand') }} as in_hand using (province_code, source_id)
    inner join {{ ref('int_dossier_timeliness') }} as timeliness using (province_code, source_id)
    inner join {{ ref('int_dossier_due_dates') }} as due_dates using (province_code, source_id)
    inner join {{ ref('int_periods') }} as periods using (period_month)
    left join {{ ref('int_dossier_waits_by_month') }} as waits using (province_code, source_id, period_month)
    where
        case change.date_code
            when 'due' then change.changed_at < periods.ends_at or timeliness.ended_on is not null
            when 'finished' then change.standing_on = timeliness.ended_on
            else true
        end
),

-- a receipt on another day moves the limit's end by as many working days, a calendar span by its own length
counted as (
    select
        changed.*,
        case
            when changed.limit_span is null
                then due_day.working_day_index + before_day.working_day_index - after_day.working_day_index
            when span_end.is_working_day then span_end.working_day_index
            else span_end.working_day_index + 1
        end as moved_due_index
    from changed
    {{ calendar_day('changed.calendar_place', 'case when changed.moves_due_date then changed.due_on end', 'due_day') }}
    {{ calendar_day('changed.calendar_place', 'changed.before_on', 'before_day') }}
    {{ calendar_day('changed.calendar_place', 'changed.after_on', 'after_day') }}
    {{ calendar_day(
        'changed.calendar_place',
        'case when changed.moves_due_date then (changed.before_on + changed.limit_span)::date end',
        'span_end'
    ) }}
),

looked_at as (
    select
        counted.*,
        value.is_after,
        case counted.date_code
            when 'due' then greatest(counted.reset_due_on, value.value_on)
            when 'received'
                then coalesce(counted.reset_due_on, case when not value.is_after then moved.date_on end, counted.due_on)
            else counted.due_on
        end as due_if_on,
        case
            when counted.date_code = 'finished' then least(value.value_on, counted.judged_on)
            else counted.stopped_on
        end as stopped_if_on
    from counted
    {{ working_day('counted.calendar_place', 'counted.moved_due_index', 'moved') }}
    cross join lateral (values (false, counted.before_on), (true, counted.after_on)) as value (is_after, value_on)
),

judged as (
    select
        looked_at.*,
        not looked_at.is_asked_too_often
        and looked_at.due_if_on >= case
            when looked_at.supplement_days = 0 then looked_at.stopped_if_on
            when looked_at.counts_calendar_days then looked_at.stopped_if_on - looked_at.supplement_days
            else coalesce(finish.date_on, looked_at.stopped_if_on)
        end as is_on_time_if
    from looked_at
    {{ calendar_day(
        'looked_at.calendar_place',
        'case when looked_at.supplement_days > 0 then looked_at.stopped_if_on - 1 end',
        'eve'
    ) }}
    {{ working_day('looked_at.calendar_place', 'eve.working_day_index - looked_at.supplement_days + 1', 'finish') }}
)

select
    judged.province_code,
    judged.source_id,
    judged.period_month,
    judged.date_code,
    judged.changed_at,
    judged.position,
    judged.before_on,
    judged.after_on,
    judged.is_apologised,
    judged.is_counted,
    bool_or(judged.is_on_time_if) filter (where not judged.is_after) as is_on_time_before,
    bool_or(judged.is_on_time_if) filter (where judged.is_after) as is_on_time_after
from judged
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10

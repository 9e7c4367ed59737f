{# The planner expects one change, and would read all waits again for each of thousands. #}
{{ config(materialized='table', unlogged=true, sql_header='set local enable_nestloop = off;') }}

-- All else stays as it is counted: a finish is looked at by the due date that counts, and the other way.
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
        ) as is_counted
    from {{ ref('int_dossier_date_changes') }} as change
    inner join {{ ref('int_dossier_timeliness') }} as timeliness using (province_code, source_id)
    inner join {{ ref('int_dossier_due_dates') }} as due_dates using (province_code, source_id)
    inner join {{ ref('int_periods') }} as periods using (period_month)
    left join {{ ref('int_dossier_waits_by_month') }} as waits
        using (province_code, source_id, period_month)
    where
        case change.date_code
            when 'due' then change.changed_at < periods.ends_at or timeliness.ended_on is not null
            when 'finished' then change.standing_on = timeliness.ended_on
            else true
        end
),

looked_at as (
    select
        changed.*,
        value.is_after,
        case changed.date_code
            when 'due' then greatest(changed.reset_due_on, value.value_on)
            else coalesce(changed.reset_due_on, receipts.due_on, changed.due_on)
        end as due_if_on,
        case
            when changed.date_code = 'finished' then least(value.value_on, changed.judged_on)
            else changed.stopped_on
        end as stopped_if_on
    from changed
    cross join
        lateral (
            values (false, changed.before_on), (true, changed.after_on)
        ) as value (is_after, value_on)
    left join {{ ref('int_dossier_redated_receipts') }} as receipts
        using (province_code, source_id, date_code, position, is_after)
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
    {{ working_day(
        'looked_at.calendar_place', 'eve.working_day_index - looked_at.supplement_days + 1', 'finish'
    ) }}
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
    -- without anything due there is nothing to judge, whatever date a letter set
    bool_or(judged.is_on_time_if) filter (where not judged.is_after and judged.due_on is not null)
        as is_on_time_before,
    bool_or(judged.is_on_time_if) filter (where judged.is_after and judged.due_on is not null)
        as is_on_time_after
from judged
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10

-- A receipt on another day moves the limit's end by as many working days; a calendar span begins anew there.
with receipts as (
    select
        change.province_code,
        change.source_id,
        change.position,
        value.is_after,
        value.received_on,
        in_hand.clock_started_on,
        due_dates.calendar_place,
        due_dates.limit_span,
        due_dates.original_due_on
    from {{ ref('int_dossier_date_changes') }} as change
    inner join {{ ref('int_dossiers_in_hand') }} as in_hand using (province_code, source_id)
    inner join {{ ref('int_dossier_due_dates') }} as due_dates using (province_code, source_id)
    cross join
        lateral (
            values (false, change.before_on), (true, change.after_on)
        ) as value (is_after, received_on)
    where
        change.date_code = 'received'
        and due_dates.is_due_from_limit
        and in_hand.clock_started_on = in_hand.received_on
),

numbered as (
    select
        receipts.*,
        case
            when receipts.limit_span is null
                then
                    due_day.working_day_index
                    + received_day.working_day_index
                    - started_day.working_day_index
            when last_day.is_working_day then last_day.working_day_index
            else last_day.working_day_index + 1
        end as due_working_day_index
    from receipts
    {{ calendar_day('receipts.calendar_place', 'receipts.original_due_on', 'due_day') }}
    {{ calendar_day('receipts.calendar_place', 'receipts.received_on', 'received_day') }}
    {{ calendar_day('receipts.calendar_place', 'receipts.clock_started_on', 'started_day') }}
    {{ calendar_day(
        'receipts.calendar_place', '(receipts.received_on + receipts.limit_span)::date', 'last_day'
    ) }}
)

select
    numbered.province_code,
    numbered.source_id,
    'received' as date_code,
    numbered.position,
    numbered.is_after,
    due.date_on as due_on
from numbered
{{ working_day('numbered.calendar_place', 'numbered.due_working_day_index', 'due') }}

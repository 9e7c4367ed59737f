{{ config(
    materialized='table',
    unlogged=true,
    indexes=[{'columns': ['province_code', 'source_id'], 'unique': true}],
) }}

with dated as (
    select
        dossiers.province_code,
        dossiers.source_id,
        dossiers.calendar_place,
        dossiers.promised_on,
        limits.financial_duty_stops_clock,
        limits.counts_calendar_days,
        limits.limit_working_days,
        limits.limit_span,
        case
            when dossiers.promised_on is not null or dossiers.clock_started_on is null then null
            when limits.is_at_once
                then
                    case
                        when
                            received.is_working_day
                            and dossiers.clock_started_at::time < make_time(limits.same_day_cutoff_hour, 0, 0)
                            then received.working_day_index
                        else received.working_day_index + 1
                    end
            when limits.limit_working_days is not null
                then received.working_day_index + limits.limit_working_days
            when last_day.is_working_day then last_day.working_day_index
            else last_day.working_day_index + 1
        end as due_working_day_index
    from {{ ref('int_dossiers_in_hand') }} as dossiers
    inner join {{ ref('int_dossier_limits') }} as limits using (province_code, source_id)
    {{ calendar_day('dossiers.calendar_place', 'dossiers.clock_started_on', 'received') }}
    {{ calendar_day(
        'dossiers.calendar_place', '(dossiers.clock_started_on + limits.limit_span)::date', 'last_day'
    ) }}
)

select
    dated.province_code,
    dated.source_id,
    dated.calendar_place,
    dated.financial_duty_stops_clock,
    dated.counts_calendar_days,
    dated.limit_working_days,
    dated.limit_span,
    dated.promised_on is null as is_due_from_limit,
    coalesce(dated.promised_on, due.date_on) as original_due_on
from dated
{{ working_day('dated.calendar_place', 'dated.due_working_day_index', 'due') }}

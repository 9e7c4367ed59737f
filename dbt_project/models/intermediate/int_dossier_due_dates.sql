{{ config(materialized='table', unlogged=true) }}

with limited as (
    select
        dossiers.province_code,
        dossiers.source_id,
        dossiers.calendar_place,
        dossiers.promised_on,
        dossiers.clock_started_at,
        dossiers.clock_started_on,
        -- the citizen's own clock, where no date was promised and another place received the dossier first
        case
            when dossiers.promised_on is null and dossiers.received_on < dossiers.clock_started_on
                then dossiers.received_at
        end as citizens_clock_started_at,
        coalesce(overrides.time_limit, limits.time_limit) as time_limit,
        case when overrides.time_limit is null then limits.time_limit_unit else overrides.time_limit_unit end
            as time_limit_unit,
        coalesce(overrides.financial_duty_stops_clock, false) as financial_duty_stops_clock,
        coalesce(hours.value::numeric, 8) as hours_per_working_day,
        coalesce(cutoffs.value::integer, 15) as same_day_cutoff_hour
    from {{ ref('int_dossiers_in_hand') }} as dossiers
    left join {{ ref('int_procedure_limits') }} as limits
        on
            dossiers.province_code = limits.province_code
            and dossiers.procedure_code = limits.procedure_code
            and dossiers.clock_started_at >= limits.in_force_from
            and dossiers.clock_started_at < limits.in_force_until
    left join {{ ref('procedure_overrides') }} as overrides
        on
            dossiers.procedure_code = overrides.procedure_code
            and {{ in_force('overrides', 'dossiers.clock_started_on') }}
    {{ rule_on('hours_per_working_day', 'dossiers.clock_started_on', 'hours') }}
    {{ rule_on('same_day_cutoff_hour', 'dossiers.clock_started_on', 'cutoffs') }}
),

counted as (
    select
        limited.*,
        coalesce(limited.time_limit_unit in ('DAY', 'MONTH', 'YEAR'), false) as counts_calendar_days,
        case limited.time_limit_unit
            when 'WORKING_DAY' then ceil(limited.time_limit)
            when 'HOUR' then ceil(limited.time_limit / limited.hours_per_working_day)
        end::integer as limit_working_days,
        case limited.time_limit_unit
            when 'DAY' then make_interval(days => ceil(limited.time_limit)::integer)
            when 'MONTH' then make_interval(months => ceil(limited.time_limit)::integer)
            when 'YEAR' then make_interval(years => ceil(limited.time_limit)::integer)
        end as limit_span
    from limited
),

dated as (
    select
        counted.*,
        case
            when counted.promised_on is null
                then {{ due_day_number('counted', 'counted.clock_started_at', 'received', 'last_day') }}
        end as due_working_day_index,
        {{ due_day_number('counted', 'counted.citizens_clock_started_at', 'came', 'citizens_last_day') }}
            as citizens_due_working_day_index
    from counted
    {{ calendar_day('counted.calendar_place', 'counted.clock_started_on', 'received') }}
    {{ calendar_day(
        'counted.calendar_place', '(counted.clock_started_on + counted.limit_span)::date', 'last_day'
    ) }}
    {{ calendar_day('counted.calendar_place', 'counted.citizens_clock_started_at::date', 'came') }}
    {{ calendar_day(
        'counted.calendar_place',
        '(counted.citizens_clock_started_at::date + counted.limit_span)::date',
        'citizens_last_day'
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
    coalesce(dated.promised_on, due.date_on) as original_due_on,
    citizens_due.date_on as citizens_due_on
from dated
{{ working_day('dated.calendar_place', 'dated.due_working_day_index', 'due') }}
{{ working_day('dated.calendar_place', 'dated.citizens_due_working_day_index', 'citizens_due') }}

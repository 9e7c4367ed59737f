with limited as (
    select
        dossiers.province_code,
        dossiers.source_id,
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
)

select
    province_code,
    source_id,
    financial_duty_stops_clock,
    same_day_cutoff_hour,
    time_limit = 0 as is_at_once,
    coalesce(time_limit_unit in ('DAY', 'MONTH', 'YEAR'), false) as counts_calendar_days,
    case time_limit_unit
        when 'WORKING_DAY' then ceil(time_limit)
        when 'HOUR' then ceil(time_limit / hours_per_working_day)
    end::integer as limit_working_days,
    case time_limit_unit
        when 'DAY' then make_interval(days => ceil(time_limit)::integer)
        when 'MONTH' then make_interval(months => ceil(time_limit)::integer)
        when 'YEAR' then make_interval(years => ceil(time_limit)::integer)
    end as limit_span
from limited

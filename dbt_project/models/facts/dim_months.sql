select
    period.period_month,
    to_char(period.period_month, 'MM/YYYY') as period_label,
    period.last_on,
    period.ends_at,
    period.judged_on,
    case when period.ends_at > inputs.as_of then 'running' else 'open' end as period_state,
    (period.period_month + interval '1 month')::date = inputs.last_period_month as is_latest_period,
    catalogue.catalogue_version,
    coalesce(official.value, 'computed') as official_source,
    inputs.data_as_of
from {{ ref('int_periods') }} as period
cross join {{ ref('int_build_inputs') }} as inputs
left join {{ ref('catalogue_versions') }} as catalogue on {{ in_force('catalogue', 'period.last_on') }}
{{ rule_on('official_source', 'period.last_on', 'official') }}

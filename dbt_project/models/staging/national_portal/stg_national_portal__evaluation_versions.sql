select
    version.province_code,
    version.unit_code as agency_code,
    version.metric_code,
    version.period_kind,
    version.period_start as period_month,
    version.numerator,
    version.denominator,
    version.version_id,
    version.known_from as captured_at
from {{ source('national_portal', 'evaluations') }} as version
where
    not version.is_stale
    and not version.is_deleted
    and {{ is_known(source('national_portal', 'evaluations')) }}

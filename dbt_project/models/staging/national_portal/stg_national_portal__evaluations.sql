select
    version.province_code,
    version.unit_code as agency_code,
    version.metric_code,
    version.period_kind,
    version.period_start as period_month,
    version.numerator,
    version.denominator,
    version.points,
    version.max_points,
    version.data_quality_status,
    version.known_from as captured_at
{{ newest_versions(
    source('national_portal', 'evaluations'), ['unit_code', 'metric_code', 'period_kind', 'period_start']
) }}

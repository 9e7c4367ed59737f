select
    version.province_code,
    version.unit_code as agency_code,
    version.period_kind,
    version.period_start as period_month,
    version.name_vi,
    version.level as level_code
{{ newest_versions(
    source('national_portal', 'evaluated_units'), ['unit_code', 'period_kind', 'period_start']
) }}

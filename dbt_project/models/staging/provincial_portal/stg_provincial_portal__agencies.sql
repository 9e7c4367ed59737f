select
    version.province_code,
    version.agency_id,
    version.agency_code,
    version.name_vi
{{ newest_versions(source('provincial_portal', 'agencies'), ['agency_id']) }}

select
    version.province_code,
    version.decision_id,
    version.decision_number,
    version.decided_on
{{ newest_versions(source('national_portal', 'decisions'), ['decision_id'], keep_deleted=true) }}

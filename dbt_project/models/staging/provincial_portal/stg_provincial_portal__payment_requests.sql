select
    version.province_code,
    version.request_code,
    version.version_id,
    version.is_deleted,
    version.dossier_code,
    version.amount,
    version.state,
    version.method,
    version.requested_at,
    version.collected_at
{{ newest_versions(source('provincial_portal', 'payment_requests'), ['request_code'], keep_deleted=true) }}

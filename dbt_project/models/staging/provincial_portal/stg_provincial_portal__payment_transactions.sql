select
    version.province_code,
    version.reference,
    version.version_id,
    version.known_from,
    version.is_deleted,
    version.dossier_code,
    version.request_code,
    version.amount,
    version.state,
    version.started_at,
    version.succeeded_at
{{ newest_versions(source('provincial_portal', 'payment_transactions'), ['reference'], keep_deleted=true) }}

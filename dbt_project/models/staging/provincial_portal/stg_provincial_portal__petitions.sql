select
    version.province_code,
    version.petition_id,
    version.version_id,
    version.is_deleted,
    version.status_id,
    version.agency_id,
    version.class_code,
    version.received_at,
    version.received_at::date as received_on,
    version.due_at::date as due_on,
    version.answered_at,
    version.answered_at::date as answered_on,
    version.published_at::date as published_on,
    version.likes,
    version.dislikes,
    version.repeat_of,
    version.dossier_code
{{ newest_versions(source('provincial_portal', 'petitions'), ['petition_id'], keep_deleted=true) }}

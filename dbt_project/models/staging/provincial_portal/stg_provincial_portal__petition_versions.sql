select
    version.province_code,
    version.petition_id,
    version.version_id,
    version.known_from,
    version.is_deleted,
    version.status_id,
    version.updated_at,
    version.updated_at::date as updated_on,
    version.agency_id,
    version.class_code,
    version.received_at,
    version.received_at::date as received_on,
    version.due_at::date as due_on,
    version.answered_at,
    version.published_at::date as published_on,
    version.likes,
    version.dislikes,
    version.repeat_of,
    version.dossier_code
from {{ source('provincial_portal', 'petitions') }} as version
where
    not version.is_stale
    and {{ is_known(source('provincial_portal', 'petitions')) }}

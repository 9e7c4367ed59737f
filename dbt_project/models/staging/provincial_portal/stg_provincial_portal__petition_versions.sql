select
    version.province_code,
    version.petition_id,
    version.version_id,
    version.status_id,
    version.updated_at,
    version.updated_at::date as updated_on
from {{ source('provincial_portal', 'petitions') }} as version
where
    not version.is_stale
    and {{ is_known(source('provincial_portal', 'petitions')) }}

select
    version.province_code,
    version.agency_id,
    version.version_id,
    version.agency_code,
    version.name_vi
from {{ source('provincial_portal', 'agencies') }} as version
where
    not version.is_stale
    and {{ is_known(source('provincial_portal', 'agencies')) }}

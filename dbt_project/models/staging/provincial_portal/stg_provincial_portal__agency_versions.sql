select
    version.province_code,
    version.agency_id,
    version.version_id,
    version.agency_code,
    version.name_vi
from {{ source('provincial_portal', 'agencies') }} as version
where
    not version.is_stale
    {% if build_argument('data_as_of') %}and version.known_from <= '{{ build_argument("data_as_of") }}'::timestamptz{% endif %}

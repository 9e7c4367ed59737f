select distinct on (version.province_code, version.agency_code) version.* -- noqa: AM04
from {{ ref('mart_dim_agency_versions') }} as version
order by
    version.province_code asc,
    version.agency_code asc,
    version.valid_from desc nulls last

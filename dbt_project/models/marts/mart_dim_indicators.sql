select distinct on (version.indicator_code) version.* -- noqa: AM04
from {{ ref('mart_dim_indicator_versions') }} as version
order by
    version.indicator_code asc,
    version.valid_from desc

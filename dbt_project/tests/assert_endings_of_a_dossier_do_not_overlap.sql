select
    earlier.province_code,
    earlier.source_id
from {{ ref('int_dossier_endings') }} as earlier
inner join {{ ref('int_dossier_endings') }} as later
    on
        earlier.province_code = later.province_code
        and earlier.source_id = later.source_id
        and earlier.stands_after < later.stands_after
where earlier.stands_until > later.stands_after

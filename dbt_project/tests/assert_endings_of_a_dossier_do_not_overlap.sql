-- Of the dossiers that were made again; what is kept was looked at when it was made.
-- An ending of no known kind is named too.
select
    earlier.province_code,
    earlier.source_id
from {{ ref('int_dossiers_touched') }} as touched
inner join {{ ref('int_dossier_endings') }} as earlier
    on
        touched.province_code = earlier.province_code
        and touched.source_id = earlier.source_id
left join {{ ref('int_dossier_endings') }} as later
    on
        earlier.province_code = later.province_code
        and earlier.source_id = later.source_id
        and earlier.stands_after < later.stands_after
where
    earlier.stands_until > later.stands_after
    or earlier.ending_kind not in ('result_ready', 'delivered', 'refused', 'withdrawn', 'stopped')

select
    version.province_code,
    version.department_id,
    version.department_code as agency_code,
    version.name_vi,
    version.level as level_code,
    not version.is_deleted as is_listed,
    (version.known_from at time zone 'Asia/Ho_Chi_Minh')::date as known_on,
    (first_version.known_from at time zone 'Asia/Ho_Chi_Minh')::date as first_listed_on,
    -- the first list read says nothing about since when its agencies exist
    first_version.known_from = first_list.known_from as is_on_first_list
from (
    select version.*
    {{ newest_versions(source('national_portal', 'departments'), ['department_id'], keep_deleted=true) }}
) as version
cross join
    lateral (
        select min(earlier.known_from) as known_from
        from {{ source('national_portal', 'departments') }} as earlier
        where
            earlier.province_code = version.province_code
            and earlier.department_id = version.department_id
    ) as first_version
cross join lateral (
    select min(any_version.known_from) as known_from
    from {{ source('national_portal', 'departments') }} as any_version
    where any_version.province_code = version.province_code
) as first_list

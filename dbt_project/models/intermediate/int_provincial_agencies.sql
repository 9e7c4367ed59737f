with newest as (
    -- also what the portal no longer lists: earlier records still name it
    select version.*
    from {{ ref('stg_provincial_portal__agency_versions') }} as version
    where not exists (
        select 1
        from {{ ref('stg_provincial_portal__agency_versions') }} as newer
        where
            newer.province_code = version.province_code
            and newer.agency_id = version.agency_id
            and newer.version_id > version.version_id
    )
)

select
    newest.province_code,
    newest.agency_id,
    coalesce(first_recorded.agency_code, newest.agency_code) as agency_code,
    first_recorded.agency_key as succeeded_agency_key
from newest
{{ first_recorded_agency('newest', ref('stg_provincial_portal__agency_versions'), 'agency_id') }}

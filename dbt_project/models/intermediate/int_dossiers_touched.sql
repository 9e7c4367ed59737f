{{ config(materialized='table', unlogged=true) }}

with keys as (
    select distinct
        versions.province_code,
        versions.source_id
    from {{ ref('stg_provincial_portal__dossier_versions') }} as versions
    where {{ is_news('provincial_portal__dossiers', 'versions') }}
)

select
    keys.province_code,
    keys.source_id,
    newest.version_id,
    newest.is_deleted as is_gone
from keys
cross join lateral (
    select
        versions.version_id,
        versions.is_deleted
    from {{ ref('stg_provincial_portal__dossier_versions') }} as versions
    where
        keys.province_code = versions.province_code
        and keys.source_id = versions.source_id
    order by versions.version_id desc
    limit 1
) as newest

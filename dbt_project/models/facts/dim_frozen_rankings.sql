{{ config(materialized='view') }}

select
    frozen.agency_code,
    frozen.period_month,
    frozen.catalogue_version,
    frozen.rank,
    frozen.score
from {{ ref('stg_published__agency_rankings') }} as frozen

{{ config(materialized='view') }}

select
    lineage.agency_key,
    lineage.lineage_code
from {{ ref('int_agency_lineages') }} as lineage

{{ config(materialized='view') }}

select
    frozen.period_month,
    frozen.revision
from {{ ref('stg_published__revisions') }} as frozen

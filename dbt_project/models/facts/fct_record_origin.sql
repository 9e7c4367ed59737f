{{ config(materialized='view') }}

select origin.is_synthetic
from {{ ref('stg_ops__origin') }} as origin

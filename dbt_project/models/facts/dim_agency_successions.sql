{{ config(materialized='view') }}

select
    succession.predecessor_code,
    succession.field_code,
    succession.successor_code,
    succession.effective_on,
    succession.kind,
    succession.source
from {{ ref('agency_successions') }} as succession

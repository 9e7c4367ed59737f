{{ config(alias='agency_successions') }}

select
    split_part(succession.predecessor_code, '.', 1) as province_code,
    succession.predecessor_code,
    succession.field_code,
    succession.successor_code,
    succession.effective_on,
    succession.kind,
    succession.source
from {{ ref('agency_successions') }} as succession

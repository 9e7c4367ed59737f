{{ config(alias='agency_successions') }}

select
    split_part(succession.predecessor_code, '.', 1) as province_code,
    succession.predecessor_code,
    (row_number() over (
        partition by succession.predecessor_code
        order by succession.effective_on, succession.field_code, succession.successor_code
    ))::integer as succession_no,
    succession.field_code,
    succession.successor_code,
    succession.effective_on,
    succession.kind,
    succession.source
from {{ ref('agency_successions') }} as succession

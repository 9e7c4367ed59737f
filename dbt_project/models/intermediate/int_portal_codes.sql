{{ config(materialized='table', tags=['reference_alone']) }}

with dated as (
    select
        portal_code,
        code_set,
        code,
        meaning,
        row_number() over spans as row_number,
        valid_from,
        lead(valid_from) over spans as next_valid_from
    from {{ ref('portal_codes') }}
    window spans as (
        partition by portal_code, code_set, code
        order by valid_from nulls first
    )
)

select
    portal_code,
    code_set,
    code,
    meaning,
    case when row_number > 1 then valid_from else '-infinity'::date end as means_from,
    coalesce(next_valid_from, 'infinity'::date) as means_until
from dated

{{ config(tags=['reference_alone']) }}

-- An agency goes on in the one that took it over as a whole; where several did, or none, its line ends.
with heirs as (
    select
        successors.predecessor_key,
        min(successors.successor_code) as heir_code,
        count(distinct successors.successor_key) as heirs
    from {{ ref('int_agency_successors') }} as successors
    where
        successors.field_code = ''
        and successors.successor_key is not null
        -- the last of a chain
        and not exists (
            select 1
            from {{ ref('int_agency_successors') }} as further
            where
                further.predecessor_key = successors.successor_key
                and further.field_code = ''
                and further.successor_key is not null
        )
    group by successors.predecessor_key
)

select
    heirs.predecessor_key as agency_key,
    heirs.heir_code as lineage_code
from heirs
where heirs.heirs = 1

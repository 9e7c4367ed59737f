-- The open work of an agency that ended must go somewhere, and only what ended is succeeded.
select
    agency.agency_code,
    agency.valid_to,
    'ended without a successor' as finding
from {{ ref('agencies') }} as agency
where
    agency.valid_to is not null
    and not exists (
        select 1
        from {{ ref('agency_successions') }} as succession
        where
            succession.predecessor_code = agency.agency_code
            and succession.effective_on = agency.valid_to + 1
    )
    -- a row that another row of the same agency continues
    and not exists (
        select 1
        from {{ ref('agencies') }} as next_row
        where
            next_row.agency_code = agency.agency_code
            and next_row.valid_from = agency.valid_to + 1
    )
union all
select
    succession.predecessor_code,
    succession.effective_on,
    'succeeded without having ended' as finding
from {{ ref('agency_successions') }} as succession
where
    not exists (
        select 1
        from {{ ref('agencies') }} as agency
        where
            agency.agency_code = succession.predecessor_code
            and agency.valid_to = succession.effective_on - 1
    )
union all
select
    succession.predecessor_code,
    min(succession.effective_on) as effective_on,
    'has two successors for the same field of procedure' as finding
from {{ ref('agency_successions') }} as succession
group by succession.predecessor_code, succession.field_code
having count(*) > 1
union all
select
    succession.successor_code,
    succession.effective_on,
    'successor does not exist then' as finding
from {{ ref('agency_successions') }} as succession
where not exists (
    select 1
    from {{ ref('agencies') }} as agency
    where
        agency.agency_code = succession.successor_code
        and (agency.valid_from is null or agency.valid_from <= succession.effective_on)
        and (agency.valid_to is null or agency.valid_to >= succession.effective_on)
)

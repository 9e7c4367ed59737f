with rows_of_codes as (
    select
        agency_code,
        valid_from,
        row_number() over spans as row_number,
        lag(valid_from) over spans as earlier_valid_from
    from {{ ref('agencies') }}
    window spans as (
        partition by agency_code
        order by valid_from nulls first
    )
),

given_anew as (
    -- a later row of a code is another agency when the one before it was succeeded; else the agency goes on
    select
        code.agency_code,
        code.valid_from
    from rows_of_codes as code
    where
        code.row_number > 1
        and exists (
            select 1
            from {{ ref('agency_successions') }} as succession
            where
                succession.predecessor_code = code.agency_code
                and succession.effective_on <= code.valid_from
                and succession.effective_on > coalesce(code.earlier_valid_from, '-infinity'::date)
        )
),

holders as (
    select distinct
        agency_code,
        agency_code as agency_key,
        '-infinity'::date as held_from
    from given_anew
    union all
    select
        agency_code,
        agency_code || '@' || valid_from as agency_key,
        valid_from as held_from
    from given_anew
)

select
    agency_code,
    agency_key,
    held_from,
    coalesce(
        lead(held_from) over (
            partition by agency_code
            order by held_from
        ),
        'infinity'::date
    ) as held_until
from holders

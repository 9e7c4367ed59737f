with successions as (
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
        kind.name_vi as kind_vi,
        succession.source
    from {{ ref('agency_successions') }} as succession
    inner join {{ ref('labels') }} as kind
        on
            succession.kind = kind.code
            and kind.code_set = 'succession_kind'
)

{{ as_described('successions') }}

with procedures as (
    select
        procedure.province_code,
        procedure.procedure_code,
        procedure.name_vi as procedure_name_vi,
        procedure.state,
        state.name_vi as state_vi,
        procedure.announcing_agency_code,
        procedure.is_fee_bearing,
        procedure.is_citizen,
        procedure.is_online
    from {{ ref('dim_procedures') }} as procedure
    left join {{ ref('labels') }} as state
        on
            procedure.state = state.code
            and state.code_set = 'procedure_state'
)

{{ as_described('procedures') }}

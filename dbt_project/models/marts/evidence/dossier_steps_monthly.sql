with steps as (
    select
        step.province_agency_code as province_code,
        step.period_month,
        bearer.agency_code,
        step.dossier_code,
        step.source_id,
        step.procedure_code,
        step.step_number,
        step.national_state,
        label.name_vi as national_state_vi,
        step.started_on,
        step.working_days_spent
    from {{ ref('open_dossier_steps') }} as step
    {{ each_bearer('step') }}
    left join {{ ref('evidence_labels') }} as label
        on
            step.national_state::text = label.code
            and label.code_set = 'dossier_state'
    where bearer.agency_code is not null
)

{{ as_described('steps', plainly=true) }}

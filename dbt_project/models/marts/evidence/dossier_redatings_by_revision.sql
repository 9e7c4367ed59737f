with redatings as (
    {{ evidence_of_months('redating') }}
),

procedures as (
    {{ evidence_of_months('procedure') }}
),

gathered as (
    select
        redating.province_agency_code as province_code,
        redating.period_month,
        bearer.agency_code,
        redating.dossier_code,
        redating.source_id,
        redating.change_number,
        redating.procedure_code,
        redating.field_code,
        redating.date_code,
        redating.before_on,
        redating.after_on,
        redating.redated_local_at,
        redating.is_apologised,
        redating.apologised_on,
        redating.is_counted,
        redating.is_on_time_before,
        redating.is_on_time_after,
        redating.numerator_effect,
        redating.revision,
        redating.is_current
    from redatings as redating
    {{ each_bearer('redating') }}
    where bearer.agency_code is not null
),

shown as (
    select
        redating.*,
        procedure.procedure_name_vi,
        label.name_vi as date_vi
    from gathered as redating
    left join procedures as procedure using (agency_code, period_month, revision, procedure_code)
    left join {{ ref('evidence_labels') }} as label
        on
            redating.date_code = label.code
            and label.code_set = 'redated_date'
)

{{ as_described('shown', plainly=true) }}

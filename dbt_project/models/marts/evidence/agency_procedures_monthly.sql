with procedures as (
    {{ evidence_of_months('procedure') }}
),

shown as (
    select
        procedure.province_agency_code as province_code,
        procedure.period_month,
        procedure.agency_code,
        procedure.procedure_code,
        procedure.procedure_name_vi,
        procedure.dossiers_in_hand,
        procedure.dossiers_late,
        procedure.dossiers_in_hand - procedure.dossiers_with_result_file as dossiers_without_result_file,
        procedure.dossiers_in_hand - procedure.dossiers_digitised as dossiers_not_digitised,
        procedure.dossiers_filed,
        procedure.dossiers_filed - procedure.dossiers_filed_online as dossiers_filed_not_online,
        procedure.is_online,
        procedure.is_fee_bearing,
        procedure.is_paid_online,
        procedure.revision
    from procedures as procedure
    where procedure.is_current
)

{{ as_described('shown', plainly=true) }}

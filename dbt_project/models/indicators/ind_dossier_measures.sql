select
    dossier.province_code,
    bridge.agency_code,
    dossier.period_month,
    count(*) as dossiers_in_hand,
    count(*) filter (where dossier.is_received_in_month) as dossiers_received,
    count(*) filter (where dossier.is_timed) as dossiers_in_hand_timed,
    count(*) filter (where dossier.is_timed and dossier.is_on_time) as dossiers_in_hand_on_time,
    count(*) filter (where not dossier.is_timed) as dossiers_without_deadline,
    count(*) filter (where dossier.has_result_file) as dossiers_with_result_file,
    count(*) filter (where dossier.is_digitised) as dossiers_digitised,
    count(*) filter (where dossier.reuses_data) as dossiers_reusing_data,
    count(*) filter (where dossier.in_national_store) as dossiers_in_national_store,
    count(*) filter (
        where dossier.is_vneid_verified or dossier.uses_population_data
    ) as dossiers_using_population_data,
    count(*) filter (where dossier.is_satisfied) as dossiers_satisfied,
    count(*) filter (where dossier.has_fee) as fee_dossiers_in_hand,
    count(*) filter (where dossier.has_fee and dossier.is_paid_online) as fee_dossiers_paid_online,
    count(distinct dossier.procedure_code) filter (
        where dossier.is_vneid_verified and service.is_citizen
    ) as citizen_procedures_verified
from {{ ref('fct_dossier_months') }} as dossier
{{ counts_for('dossier', 'dossier', has_field=true) }}
left join {{ ref('ind_services_applied') }} as service
    on
        bridge.province_code = service.province_code
        and bridge.agency_code = service.agency_code
        and bridge.period_month = service.period_month
        and dossier.procedure_code = service.procedure_code
group by dossier.province_code, bridge.agency_code, dossier.period_month

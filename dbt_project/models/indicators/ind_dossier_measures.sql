select
    dossier.province_code,
    bearer.agency_code,
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
    count(*) filter (where dossier.has_fee and dossier.is_paid_online) as fee_dossiers_paid_online
from {{ ref('fct_dossier_months') }} as dossier
{{ each_bearer('dossier') }}
where bearer.agency_code is not null
group by dossier.province_code, bearer.agency_code, dossier.period_month

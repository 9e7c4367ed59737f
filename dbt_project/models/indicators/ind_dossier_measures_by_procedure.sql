with in_hand as (
    {{ evidence_of_compared_months('dossier', [
        'province_code', 'reporting_agency_code', 'province_agency_code', 'procedure_code', 'is_received_in_month',
        'is_timed', 'is_on_time', 'has_result_file', 'is_digitised', 'reuses_data', 'in_national_store',
        'is_vneid_verified', 'uses_population_data', 'is_satisfied', 'has_fee', 'is_paid_online',
    ]) }}
)

select
    dossier.province_code,
    bearer.agency_code,
    dossier.period_month,
    dossier.procedure_code,
    {{ dossier_measures('dossier') }}
from in_hand as dossier
{{ each_bearer('dossier') }}
where bearer.agency_code is not null
group by dossier.province_code, bearer.agency_code, dossier.period_month, dossier.procedure_code

select
    dossier.province_code,
    dossier.source,
    dossier.source_id,
    month.period_month,
    dossier.dossier_code,
    dossier.agency_code,
    dossier.agency_key,
    reporting.agency_code as reporting_agency_code,
    province.agency_code as province_agency_code,
    dossier.receiving_agency_code,
    dossier.procedure_code,
    dossier.field_code,
    dossier.submitted_on,
    dossier.received_on,
    dossier.channel,
    dossier.channel = 'online' as is_filed_online,
    dossier.has_fee,
    dossier.known_from
from {{ ref('dim_months') }} as month
inner join {{ ref('fct_dossiers') }} as dossier
    on dossier.submitted_on between month.period_month and month.last_on
{{ answers_for('dossier', 'month', has_field=true) }}

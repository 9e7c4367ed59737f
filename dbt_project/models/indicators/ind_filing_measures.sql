select
    dossier.province_code,
    bridge.agency_code,
    bridge.period_month,
    count(*) as dossiers_filed,
    count(*) filter (where dossier.channel = 'online') as dossiers_filed_online,
    count(distinct dossier.procedure_code) filter (
        where dossier.channel = 'online' and service.is_online
    ) as online_services_used
from {{ ref('dim_months') }} as month
inner join {{ ref('fct_dossiers') }} as dossier
    on dossier.submitted_on between month.period_month and month.last_on
{{ counts_for('dossier', 'month', has_field=true) }}
left join {{ ref('ind_services_applied') }} as service
    on
        bridge.province_code = service.province_code
        and bridge.agency_code = service.agency_code
        and bridge.period_month = service.period_month
        and dossier.procedure_code = service.procedure_code
group by dossier.province_code, bridge.agency_code, bridge.period_month

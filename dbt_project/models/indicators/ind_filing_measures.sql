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
inner join {{ ref('bridge_agencies_by_month') }} as bridge
    on
        dossier.province_code = bridge.province_code
        and dossier.agency_key = bridge.recorded_agency_key
        and month.period_month = bridge.period_month
        and bridge.field_code
        = case when dossier.field_code = any(bridge.scoped_field_codes) then dossier.field_code else '' end
left join {{ ref('ind_services_applied') }} as service
    on
        bridge.province_code = service.province_code
        and bridge.agency_code = service.agency_code
        and bridge.period_month = service.period_month
        and dossier.procedure_code = service.procedure_code
group by dossier.province_code, bridge.agency_code, bridge.period_month

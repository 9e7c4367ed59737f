with count_services as (
    select
        service.province_code,
        service.agency_code,
        service.period_month,
        count(*) filter (where service.is_online) as online_services_applied,
        count(*) filter (where service.is_citizen) as citizen_procedures_applied
    from {{ ref('ind_services_applied') }} as service
    group by service.province_code, service.agency_code, service.period_month
),

count_authorities as (
    select
        authority.province_code,
        bridge.agency_code,
        authority.period_month,
        count(distinct authority.procedure_code) as procedures_under_authority,
        count(distinct authority.procedure_code) filter (
            where authority.is_offered_online
        ) as procedures_under_authority_offered_online
    from {{ ref('fct_procedure_authorities') }} as authority
    {{ counts_for('authority', 'authority') }}
    group by authority.province_code, bridge.agency_code, authority.period_month
)

select
    coalesce(service.province_code, authority.province_code) as province_code,
    coalesce(service.agency_code, authority.agency_code) as agency_code,
    coalesce(service.period_month, authority.period_month) as period_month,
    coalesce(authority.procedures_under_authority, 0) as procedures_under_authority,
    coalesce(
        authority.procedures_under_authority_offered_online, 0
    ) as procedures_under_authority_offered_online,
    coalesce(service.online_services_applied, 0) as online_services_applied,
    coalesce(service.citizen_procedures_applied, 0) as citizen_procedures_applied
from count_services as service
full outer join count_authorities as authority using (province_code, agency_code, period_month)

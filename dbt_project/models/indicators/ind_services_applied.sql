{{ config(indexes=[{'columns': ['period_month', 'agency_code', 'procedure_code']}]) }}

select
    service.province_code,
    bridge.agency_code,
    service.period_month,
    service.procedure_code,
    bridge.is_province,
    bool_or(service.is_online) as is_online,
    bool_or(service.is_fee_bearing) as is_fee_bearing,
    bool_or(service.is_citizen) as is_citizen
from {{ ref('fct_services') }} as service
{{ counts_for('service', 'service') }}
group by
    service.province_code,
    bridge.agency_code,
    service.period_month,
    service.procedure_code,
    bridge.is_province

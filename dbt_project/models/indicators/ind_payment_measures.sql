{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_stale_months(ref("ind_months_to_refresh")) }}',
    on_schema_change='fail',
) }}

-- depends_on: {{ ref('ind_months_to_refresh') }}

select
    payment.province_code,
    bridge.agency_code,
    bridge.period_month,
    count(distinct payment.procedure_code) filter (
        where payment.gateway = 'national'
    ) as fee_procedures_paid_nationally,
    count(distinct payment.procedure_code) as fee_procedures_paid_online
from {{ ref('dim_months') }} as month
inner join {{ ref('fct_payments') }} as payment
    on payment.paid_on between month.period_month and month.last_on
inner join {{ ref('bridge_agencies_by_month') }} as bridge
    on
        payment.province_code = bridge.province_code
        and payment.agency_code = bridge.recorded_agency_code
        and month.period_month = bridge.period_month
        and bridge.field_code
        = case when payment.field_code = any(bridge.scoped_field_codes) then payment.field_code else '' end
inner join {{ ref('ind_services_applied') }} as service
    on
        bridge.province_code = service.province_code
        and bridge.agency_code = service.agency_code
        and bridge.period_month = service.period_month
        and payment.procedure_code = service.procedure_code
        and service.is_fee_bearing
where
    payment.is_successful
    and payment.method = 'online'
    {% if is_incremental() %}
        and month.period_month in {{ stale_months(ref('ind_months_to_refresh')) }}
    {% endif %}
group by payment.province_code, bridge.agency_code, bridge.period_month

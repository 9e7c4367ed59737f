{{ config(materialized='view') }}

with applied as (
    select
        service.*,
        reporting.agency_code as reporting_agency_code,
        province.agency_code as province_agency_code
    from {{ ref('fct_services') }} as service
    {{ answers_for('service', 'service') }}
),

published as (
    select
        authority.*,
        reporting.agency_code as reporting_agency_code,
        province.agency_code as province_agency_code
    from {{ ref('fct_procedure_authorities') }} as authority
    {{ answers_for('authority', 'authority') }}
),

bear_roles as (
    select
        service.province_code,
        bearer.agency_code,
        service.period_month,
        service.procedure_code,
        service.is_online,
        service.is_fee_bearing,
        service.is_citizen,
        false as is_under_authority,
        false as is_offered_online
    from applied as service
    {{ each_bearer('service') }}
    union all
    select
        authority.province_code,
        bearer.agency_code,
        authority.period_month,
        authority.procedure_code,
        false as is_online,
        false as is_fee_bearing,
        false as is_citizen,
        true as is_under_authority,
        authority.is_offered_online
    from published as authority
    {{ each_bearer('authority') }}
)

select
    role.province_code,
    role.agency_code,
    role.period_month,
    role.procedure_code,
    bool_or(role.is_online) as is_online,
    bool_or(role.is_fee_bearing) as is_fee_bearing,
    bool_or(role.is_citizen) as is_citizen,
    bool_or(role.is_under_authority) as is_under_authority,
    bool_or(role.is_offered_online) as is_offered_online
from bear_roles as role
where role.agency_code is not null
group by role.province_code, role.agency_code, role.period_month, role.procedure_code

with find_newest_month as (
    select
        month.period_month,
        month.last_on
    from {{ ref('dim_months') }} as month
    order by month.period_month desc
    limit 1
),

read_formalities as (
    select
        formality.province_code,
        formality.procedure_code,
        min(formality.name_vi) as name_vi,
        min(state.meaning) as state
    from {{ ref('stg_national_portal__formality_versions') }} as formality
    cross join find_newest_month as newest
    {{ meaning_on('formality.state_code', 'national_portal', 'formality_state', 'newest.last_on', 'state') }}
    where
        not formality.is_deleted
        and formality.in_force_until = 'infinity'
    group by formality.province_code, formality.procedure_code
),

read_announced as (
    select
        version.province_code,
        version.procedure_code,
        version.name_vi,
        version.announcing_agency_code
    from {{ ref('stg_national_portal__procedure_versions') }} as version
    where
        not version.is_deleted
        and version.in_force_until = 'infinity'
),

read_fees as (
    select
        detail.province_code,
        detail.procedure_code,
        bool_or(detail.is_fee_bearing) as is_fee_bearing
    from {{ ref('stg_national_portal__formality_detail_versions') }} as detail
    where
        not detail.is_deleted
        and detail.in_force_until = 'infinity'
    group by detail.province_code, detail.procedure_code
),

read_services as (
    select
        service.province_code,
        service.procedure_code,
        bool_or(service.is_citizen) as is_citizen,
        bool_or(service.is_online) as is_online
    from {{ ref('fct_services') }} as service
    inner join find_newest_month using (period_month)
    group by service.province_code, service.procedure_code
),

list_codes as (
    select
        formality.province_code,
        formality.procedure_code
    from read_formalities as formality
    union
    select
        announced.province_code,
        announced.procedure_code
    from read_announced as announced
    union
    select
        service.province_code,
        service.procedure_code
    from read_services as service
)

select
    code.province_code,
    code.procedure_code,
    coalesce(formality.name_vi, announced.name_vi, code.procedure_code) as name_vi,
    formality.state,
    announced.announcing_agency_code,
    coalesce(fee.is_fee_bearing, false) as is_fee_bearing,
    coalesce(service.is_citizen, false) as is_citizen,
    coalesce(service.is_online, false) as is_online
from list_codes as code
left join read_formalities as formality using (province_code, procedure_code)
left join read_announced as announced using (province_code, procedure_code)
left join read_fees as fee using (province_code, procedure_code)
left join read_services as service using (province_code, procedure_code)

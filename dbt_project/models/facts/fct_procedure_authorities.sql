with list_publishers as (
    select
        formality.province_code,
        month.period_month,
        department.agency_code,
        min(coalesce(holder.agency_key, department.agency_code)) as agency_key,
        formality.procedure_code
    from {{ ref('stg_national_portal__formality_versions') }} as formality
    {{ months_of('formality') }}
    inner join {{ ref('int_portal_codes') }} as state
        on
            formality.state_code = state.code
            and {{ code_in_force('state', 'national_portal', 'formality_state', 'month.last_on') }}
            and state.meaning <> 'inactive'
    cross join
        lateral
        jsonb_array_elements_text(formality.publishing_department_ids) as publisher (department_id)
    inner join {{ ref('stg_national_portal__departments') }} as department
        on
            formality.province_code = department.province_code
            and publisher.department_id = department.department_id
    {{ holder_on('department.agency_code', 'month.last_on') }}
    where not formality.is_deleted
    group by formality.province_code, month.period_month, department.agency_code, formality.procedure_code
),

find_online as (
    select
        service.province_code,
        service.period_month,
        service.procedure_code
    from {{ ref('fct_services') }} as service
    where service.is_online
    group by service.province_code, service.period_month, service.procedure_code
)

select
    publisher.province_code,
    publisher.period_month,
    publisher.agency_code,
    publisher.agency_key,
    publisher.procedure_code,
    online.procedure_code is not null as is_offered_online
from list_publishers as publisher
left join find_online as online using (province_code, period_month, procedure_code)

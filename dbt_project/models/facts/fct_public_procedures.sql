select
    version.province_code,
    month.period_month,
    version.procedure_code,
    version.has_name,
    version.has_steps,
    version.has_methods,
    version.has_components,
    version.has_time_limit,
    version.has_subjects,
    version.has_agencies,
    version.has_name
    and version.has_steps
    and version.has_methods
    and version.has_components
    and version.has_time_limit
    and version.has_subjects
    and version.has_agencies as is_complete
from {{ ref('stg_national_portal__procedure_versions') }} as version
{{ months_of('version') }}
inner join {{ ref('int_portal_codes') }} as state
    on
        version.state_code = state.code
        and state.meaning = 'public'
        and {{ code_in_force('state', 'national_portal', 'procedure_state', 'month.last_on') }}
where
    not version.is_deleted
    and exists (
        select 1
        from {{ ref('dim_agencies') }} as province
        where
            province.province_code = version.province_code
            and province.agency_code = version.announcing_agency_code
            and province.peer_group = 'province'
    )

select
    version.province_code,
    version.procedure_code,
    version.version_id,
    version.known_from,
    {{ in_force_span(['procedure_code']) }},
    version.is_deleted,
    version.name_vi,
    version.state as state_code,
    -- the exchange writes the province's own code with leading zero groups
    regexp_replace(version.announcing_agency_code, '^000\.00\.00\.', '') as announcing_agency_code,
    version.decision_id,
    (version.published_at at time zone 'Asia/Ho_Chi_Minh')::date as published_on,
    (
        select max((basis.value ->> 'effective_on')::date)
        from jsonb_array_elements(coalesce(version.legal_bases, '[]'::jsonb)) as basis
    ) as newest_basis_effective_on,
    version.name_vi is not null as has_name,
    coalesce(version.steps, 0) > 0 as has_steps,
    coalesce(version.methods, 0) > 0 as has_methods,
    coalesce(version.components, 0) > 0 as has_components,
    coalesce(version.time_limits, 0) > 0 as has_time_limit,
    coalesce(version.subjects, 0) > 0 as has_subjects,
    coalesce(version.agencies, 0) > 0 as has_agencies
from {{ source('national_portal', 'procedures') }} as version
where
    not version.is_stale
    and {{ is_known(source('national_portal', 'procedures')) }}

select
    version.province_code,
    version.department_code as agency_code,
    version.procedure_code,
    version.case_code,
    version.version_id,
    version.known_from,
    {{ in_force_span(['department_code', 'procedure_code', 'case_code']) }},
    version.is_deleted,
    version.implement_level as implement_level_code,
    coalesce(version.is_testing, false) as is_testing,
    coalesce(version.target_types, '[]'::jsonb) as target_type_codes
from {{ source('national_portal', 'department_services') }} as version
where
    not version.is_stale
    and {{ is_known(source('national_portal', 'department_services')) }}

select
    version.province_code,
    version.formality_id,
    version.version_id,
    version.known_from,
    {{ in_force_span(['formality_id']) }},
    version.is_deleted,
    version.procedure_code,
    version.name_vi,
    version.state as state_code,
    coalesce(version.publishing_department_ids, '[]'::jsonb)
    || coalesce(to_jsonb(version.department_id), '[]'::jsonb) as publishing_department_ids
from {{ source('national_portal', 'formalities') }} as version
where
    not version.is_stale
    and {{ is_known(source('national_portal', 'formalities')) }}

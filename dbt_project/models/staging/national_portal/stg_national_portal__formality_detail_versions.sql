select
    version.province_code,
    version.formality_id,
    version.version_id,
    version.known_from,
    {{ in_force_span(['formality_id']) }},
    version.is_deleted,
    version.procedure_code,
    version.name_vi,
    version.execution_methods,
    jsonb_path_exists(
        coalesce(version.execution_methods, '[]'::jsonb),
        -- `value` is the older name of `amount`; both may be numbers or text
        '$[*].fees[*] ? (@.amount.double() > 0 || @.value.double() > 0)'
    ) as is_fee_bearing
from {{ source('national_portal', 'formality_details') }} as version
where
    not version.is_stale
    and {{ is_known(source('national_portal', 'formality_details')) }}

select
    version.province_code,
    version.source_id,
    version.version_id,
    redating.position,
    (redating.content ->> 'redated_at')::timestamptz as redated_at,
    (redating.content ->> 'due_before')::timestamptz::date as due_before_on,
    (redating.content ->> 'due_after')::timestamptz::date as due_after_on
from {{ source('provincial_portal', 'dossiers') }} as version
cross join lateral jsonb_array_elements(version.redatings) with ordinality as redating (content, position)
where version.redatings <> '[]'::jsonb and not version.is_stale

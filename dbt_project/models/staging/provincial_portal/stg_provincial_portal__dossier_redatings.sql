select
    version.province_code,
    version.source_id,
    version.version_id,
    redating.position,
    redating.redated_at,
    redating.due_before::date as due_before_on,
    redating.due_after::date as due_after_on
from {{ source('provincial_portal', 'dossiers') }} as version
cross join lateral rows from (
    jsonb_to_recordset(version.redatings) as (
        redated_at timestamptz,
        due_before timestamptz,
        due_after timestamptz
    )
) with ordinality as redating (redated_at, due_before, due_after, position)
where
    version.redatings is not null
    and version.redatings <> '[]'::jsonb

select
    version.province_code,
    version.source_id,
    version.version_id,
    request.position,
    request.asked_at,
    request.asked_at::date as asked_on,
    request.answered_at,
    request.answered_at::date as answered_on,
    request.due_before::date as due_before_on,
    request.due_after::date as due_after_on
from {{ source('provincial_portal', 'dossiers') }} as version
cross join lateral rows from (
    jsonb_to_recordset(version.supplements) as (
        asked_at timestamptz,
        answered_at timestamptz,
        due_before timestamptz,
        due_after timestamptz
    )
) with ordinality as request (asked_at, answered_at, due_before, due_after, position)
where
    version.supplements is not null
    and version.supplements <> '[]'::jsonb

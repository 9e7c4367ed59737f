-- an answer dated after the change that tells of it is none yet
select
    version.province_code,
    version.source_id,
    version.version_id,
    request.position,
    (request.content ->> 'asked_at')::timestamptz as asked_at,
    (request.content ->> 'asked_at')::timestamptz::date as asked_on,
    case
        when (request.content ->> 'answered_at')::timestamptz <= version.updated_at
            then (request.content ->> 'answered_at')::timestamptz
    end as answered_at,
    (request.content ->> 'due_before')::timestamptz::date as due_before_on,
    (request.content ->> 'due_after')::timestamptz::date as due_after_on
from {{ source('provincial_portal', 'dossiers') }} as version
cross join lateral jsonb_array_elements(version.supplements) with ordinality as request (content, position)
where version.supplements <> '[]'::jsonb and not version.is_stale

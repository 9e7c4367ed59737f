select
    version.province_code,
    version.source_id,
    version.version_id,
    event.event_kind,
    event.position,
    event.happened_at,
    event.happened_at::date as happened_on,
    -- an answer dated after the change that tells of it is none yet
    case
        when (event.content ->> 'answered_at')::timestamptz <= version.updated_at
            then (event.content ->> 'answered_at')::timestamptz
    end as answered_at,
    (event.content ->> 'due_before')::timestamptz::date as due_before_on,
    (event.content ->> 'due_after')::timestamptz::date as due_after_on
from {{ source('provincial_portal', 'dossiers') }} as version
cross join
    lateral (
        select
            'supplement' as event_kind,
            request.position,
            (request.content ->> 'asked_at')::timestamptz as happened_at,
            request.content
        from jsonb_array_elements(version.supplements) with ordinality as request (content, position)
        union all
        select
            'redating' as event_kind,
            redating.position,
            (redating.content ->> 'redated_at')::timestamptz as happened_at,
            redating.content
        from jsonb_array_elements(version.redatings) with ordinality as redating (content, position)
    ) as event
where (version.supplements <> '[]'::jsonb or version.redatings <> '[]'::jsonb) and not version.is_stale

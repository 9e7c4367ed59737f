with redatings as (
    select found.* -- noqa: AM04
    from {{ ref('dossier_redatings_by_revision') }} as found
    where found.is_current
)

{{ as_described('redatings', plainly=true) }}

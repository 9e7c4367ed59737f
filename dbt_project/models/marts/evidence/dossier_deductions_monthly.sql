with deductions as (
    select found.* -- noqa: AM04
    from {{ ref('dossier_deductions_by_revision') }} as found
    where found.is_current
)

{{ as_described('deductions', plainly=true) }}

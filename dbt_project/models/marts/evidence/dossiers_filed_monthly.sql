with evidence as (
    {{ evidence_of_months('filing') }}
),

shown as (
    select kept.* -- noqa: AM04
    from evidence as kept
    where kept.is_current
)

{{ as_described('shown', plainly=true) }}

with evidence as (
    {{ evidence_of_months('dossier') }}
),

shown as (
    select
        kept.*,
        {{ lateness_kind('kept') }} as lateness_kind
    from evidence as kept
    where kept.is_current
)

{{ as_described('shown', plainly=true) }}

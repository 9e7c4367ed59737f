with labels as (
    select
        label.code_set,
        label.code,
        label.name_vi,
        label.display_order
    from {{ ref('labels') }} as label
    where label.code_set in ('lateness_kind', 'redated_date', 'dossier_state')
)

{{ as_described('labels') }}

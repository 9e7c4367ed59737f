with reasons as (
    select
        label.code as reason_code,
        label.name_vi as reason_vi,
        label.display_order
    from {{ ref('labels') }} as label
    where label.code_set = 'deduction_reason'
)

{{ as_described('reasons') }}

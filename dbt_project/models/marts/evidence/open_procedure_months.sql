with evidence as (
    select made.* -- noqa: AM04
    from {{ ref('fct_procedure_months') }} as made
    inner join {{ ref('dim_open_months') }} using (period_month)
)

{{ as_described('evidence') }}

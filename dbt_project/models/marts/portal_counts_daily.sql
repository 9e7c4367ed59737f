-- What the facts say is of open months only: a frozen month is counted by nobody any more.
with counts as (
    select made.* -- noqa: AM04
    from {{ ref('ind_portal_counts_daily') }} as made
    inner join {{ ref('dim_open_months') }} using (period_month)
)

{{ as_described('counts') }}

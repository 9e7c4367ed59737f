-- The newest moment at which an input of the month's figures became known: of its dossiers, payments,
-- petitions and captures. A month without any has that of the build.
with told as (
    select
        dossier.period_month,
        max(dossier.known_from) as known_from
    from {{ ref('fct_dossier_months') }} as dossier
    group by dossier.period_month
    union all
    select
        month.period_month,
        max(filed.known_from) as known_from
    from {{ ref('dim_months') }} as month
    inner join {{ ref('fct_dossiers') }} as filed
        on filed.submitted_on between month.period_month and month.last_on
    group by month.period_month
    union all
    select
        month.period_month,
        max(payment.known_from) as known_from
    from {{ ref('dim_months') }} as month
    inner join {{ ref('fct_payments') }} as payment
        on payment.paid_on between month.period_month and month.last_on
    group by month.period_month
    union all
    select
        month.period_month,
        max(petition.known_from) as known_from
    from {{ ref('dim_months') }} as month
    inner join {{ ref('fct_petitions') }} as petition
        on
            petition.received_on <= month.last_on
            and (petition.answered_on is null or petition.answered_on >= month.period_month)
    group by month.period_month
    union all
    select
        capture.period_month,
        max(capture.captured_at) as known_from
    from {{ ref('fct_captures') }} as capture
    group by capture.period_month
)

select
    month.period_month,
    coalesce(max(told.known_from), month.data_as_of) at time zone 'Asia/Ho_Chi_Minh' as data_as_of_local_at
from {{ ref('dim_months') }} as month
left join told on month.period_month = told.period_month
group by month.period_month, month.data_as_of

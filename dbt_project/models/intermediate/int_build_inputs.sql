{{ config(materialized='table') }}

with newest as (
    select max(ledger.known_from) as known_from
    from {{ ref('stg_ops__ledger') }} as ledger
    where ledger.has_changed
),

moments as (
    select
        '{{ build_argument("as_of") }}'::timestamptz as as_of,
        coalesce(
            nullif('{{ build_argument("data_as_of") }}', '')::timestamptz,
            newest.known_from,
            '{{ build_argument("as_of") }}'::timestamptz
        ) as data_as_of
    from newest
)

select
    moments.as_of,
    moments.data_as_of,
    moments.data_as_of::date as data_as_of_on,
    date_trunc('month', moments.as_of)::date as last_period_month
from moments

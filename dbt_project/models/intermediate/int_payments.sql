{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['province_code', 'reference'],
    indexes=[
        {'columns': ['province_code', 'reference'], 'unique': true},
        {'columns': ['province_code', 'dossier_code']},
        {'columns': ['province_code', 'request_code']},
        {'columns': ['paid_on']},
    ],
) }}
{%- set paid_on = 'coalesce(transactions.succeeded_at, transactions.started_at)::date' %}
{%- set asked_on = 'requests.requested_at::date' %}

with keys as (
    select
        transactions.province_code,
        transactions.reference
    from {{ ref('stg_provincial_portal__payment_transactions') }} as transactions
    {%- if is_incremental() %}
        where {{ is_news('provincial_portal__payment_transactions', 'transactions') }}
        union
        -- its request says something else now
        select
            earlier.province_code,
            earlier.reference
        from {{ ref('stg_provincial_portal__payment_requests') }} as requests
        inner join {{ this }} as earlier
            on
                requests.province_code = earlier.province_code
                and requests.request_code = earlier.request_code
        where {{ is_news('provincial_portal__payment_requests', 'requests') }}
    {%- endif %}
)

select
    transactions.province_code,
    transactions.reference,
    transactions.request_code,
    transactions.dossier_code,
    transactions.is_deleted as is_gone,
    methods.meaning as method,
    not transactions.is_deleted and coalesce(states.meaning = 'succeeded', false) as is_successful,
    transactions.amount,
    transactions.known_from,
    coalesce(transactions.succeeded_at, transactions.started_at) as paid_at,
    {{ paid_on }} as paid_on
from keys
inner join {{ ref('stg_provincial_portal__payment_transactions') }} as transactions
    on
        keys.province_code = transactions.province_code
        and keys.reference = transactions.reference
left join {{ ref('stg_provincial_portal__payment_requests') }} as requests
    on
        transactions.province_code = requests.province_code
        and transactions.request_code = requests.request_code
        and not requests.is_deleted
{{ meaning_on('requests.method', 'provincial_portal', 'payment_method', asked_on, 'methods') }}
{{ meaning_on('transactions.state', 'provincial_portal', 'payment_state', paid_on, 'states') }}

{{ config(materialized='table', unlogged=true) }}
-- depends_on: {{ ref('int_provincial_agencies') }}
{%- set payments = built_before('intermediate', 'int_payments') %}
{%- set ratings = built_before('intermediate', 'int_ratings') %}
{%- set petitions = built_before('intermediate', 'int_petitions') %}

with inputs as (
    select * from {{ ref('int_build_inputs') }}
),

transactions as (
    select
        transactions.province_code,
        transactions.reference,
        transactions.dossier_code,
        coalesce(transactions.succeeded_at, transactions.started_at)::date as happened_on
    from {{ ref('stg_provincial_portal__payment_transactions') }} as transactions
    where
        transactions.version_id >= (select inputs.earlier_transaction_version + 1 from inputs)
        and transactions.version_id <= (select inputs.transaction_version from inputs)
),

requests as (
    select
        requests.province_code,
        requests.request_code,
        requests.dossier_code
    from {{ ref('stg_provincial_portal__payment_requests') }} as requests
    where
        requests.version_id >= (select inputs.earlier_request_version + 1 from inputs)
        and requests.version_id <= (select inputs.request_version from inputs)
),

ratings as (
    select
        ratings.province_code,
        ratings.rating_id,
        ratings.dossier_code,
        ratings.rated_on
    from {{ ref('stg_provincial_portal__ratings') }} as ratings
    where
        ratings.version_id >= (select inputs.earlier_rating_version + 1 from inputs)
        and ratings.version_id <= (select inputs.rating_version from inputs)
),

petitions as (
    select
        petitions.province_code,
        petitions.petition_id,
        petitions.dossier_code,
        petitions.repeat_of,
        petitions.received_on
    from {{ ref('stg_provincial_portal__petitions') }} as petitions
    where
        petitions.version_id >= (select inputs.earlier_petition_version + 1 from inputs)
        and petitions.version_id <= (select inputs.petition_version from inputs)
),

named as (
    select
        'payment' as record_kind,
        province_code,
        dossier_code,
        happened_on
    from transactions
    union
    select
        'payment' as record_kind,
        province_code,
        dossier_code,
        null::date as happened_on
    from requests
    union
    select
        'rating' as record_kind,
        province_code,
        dossier_code,
        rated_on as happened_on
    from ratings
    union
    select
        'petition' as record_kind,
        province_code,
        dossier_code,
        received_on as happened_on
    from petitions
    {%- if payments and ratings and petitions %}
        -- a record that is gone, or says something else now, still touches what it said before
        union
        select
            'payment' as record_kind,
            earlier.province_code,
            earlier.dossier_code,
            earlier.paid_on as happened_on
        from transactions
        inner join {{ payments }} as earlier using (province_code, reference)
        union
        select
            'payment' as record_kind,
            earlier.province_code,
            earlier.dossier_code,
            earlier.paid_on as happened_on
        from requests
        inner join {{ payments }} as earlier using (province_code, request_code)
        union
        select
            'rating' as record_kind,
            earlier.province_code,
            earlier.dossier_code,
            earlier.rated_on as happened_on
        from ratings
        inner join {{ ratings }} as earlier using (province_code, rating_id)
        union
        select
            'petition' as record_kind,
            earlier.province_code,
            earlier.dossier_code,
            earlier.received_on as happened_on
        from petitions
        inner join {{ petitions }} as earlier using (province_code, petition_id)
        union
        select
            'petition' as record_kind,
            earlier.province_code,
            earlier.dossier_code,
            earlier.received_on as happened_on
        from {{ petitions }} as earlier
        left join {{ ref('int_provincial_agencies') }} as agencies using (province_code, agency_id)
        where
            earlier.agency_code is distinct from agencies.agency_code
            or earlier.agency_key <> agencies.succeeded_agency_key
        union
        -- a repeat says something of the petition that it repeats, which may be months older
        select
            'petition' as record_kind,
            earlier.province_code,
            earlier.dossier_code,
            earlier.received_on as happened_on
        from petitions
        inner join {{ petitions }} as earlier
            on
                petitions.province_code = earlier.province_code
                and petitions.repeat_of = earlier.petition_id
    {%- endif %}
)

select
    record_kind,
    province_code,
    dossier_code,
    happened_on
from named

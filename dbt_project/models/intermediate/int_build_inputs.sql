{{ config(materialized='table') }}
{%- set finished = built_before('facts', 'fct_build_finished')
    if built_before('facts', 'fct_dossiers') and built_before('facts', 'fct_dossier_months') %}

with ledger as (
    select max(known_from) as newest_known_from
    from {{ ref('stg_ops__ledger') }}
    where has_changed
),

moments as (
    select
        '{{ build_argument("as_of") }}'::timestamptz as as_of,
        coalesce(
            nullif('{{ build_argument("data_as_of") }}', '')::timestamptz,
            newest_known_from,
            '{{ build_argument("as_of") }}'::timestamptz
        ) as data_as_of
    from ledger
),

newest as (
    select
        coalesce((
            select version_id from {{ ref('stg_provincial_portal__dossier_versions') }}
            order by version_id desc limit 1
        ), 0) as dossier_version,
        coalesce((
            select version_id from {{ ref('stg_provincial_portal__payment_requests') }}
            order by version_id desc limit 1
        ), 0) as request_version,
        coalesce((
            select version_id from {{ ref('stg_provincial_portal__payment_transactions') }}
            order by version_id desc limit 1
        ), 0) as transaction_version,
        coalesce((
            select version_id from {{ ref('stg_provincial_portal__ratings') }}
            order by version_id desc limit 1
        ), 0) as rating_version,
        coalesce((
            select version_id from {{ ref('stg_provincial_portal__petitions') }}
            order by version_id desc limit 1
        ), 0) as petition_version
),

earlier as (
    {% if finished -%}
        select
            as_of,
            data_as_of,
            dossier_version,
            request_version,
            transaction_version,
            rating_version,
            petition_version,
            reference_fingerprint
        from {{ finished }}
    {%- else -%}
        select
            null::timestamptz as as_of,
            null::timestamptz as data_as_of,
            null::bigint as dossier_version,
            null::bigint as request_version,
            null::bigint as transaction_version,
            null::bigint as rating_version,
            null::bigint as petition_version,
            null::text as reference_fingerprint
        where false
    {%- endif %}
)

select
    moments.as_of,
    moments.data_as_of,
    moments.data_as_of::date as data_as_of_on,
    date_trunc('month', moments.as_of)::date as last_period_month,
    newest.dossier_version,
    newest.request_version,
    newest.transaction_version,
    newest.rating_version,
    newest.petition_version,
    reference.reference_fingerprint,
    usable.data_as_of::date as earlier_data_as_of_on,
    date_trunc('month', usable.as_of)::date as earlier_last_period_month,
    coalesce(usable.dossier_version, 0) as earlier_dossier_version,
    coalesce(usable.request_version, 0) as earlier_request_version,
    coalesce(usable.transaction_version, 0) as earlier_transaction_version,
    coalesce(usable.rating_version, 0) as earlier_rating_version,
    coalesce(usable.petition_version, 0) as earlier_petition_version,
    usable.as_of is null as is_full
from moments
cross join {{ ref('int_reference_fingerprint') }} as reference
cross join newest
left join earlier as usable
    on
        usable.reference_fingerprint = reference.reference_fingerprint
        and usable.data_as_of <= moments.data_as_of
        and usable.as_of <= moments.as_of

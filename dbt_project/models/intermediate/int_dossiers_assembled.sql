{{ config(materialized='table', unlogged=true) }}

with named as (
    select
        dossiers.province_code,
        dossiers.source_id,
        code.dossier_code
    from {{ ref('int_dossiers_described') }} as dossiers
    cross join
        lateral
        jsonb_array_elements_text(
            coalesce(dossiers.former_codes, '[]'::jsonb) || to_jsonb(dossiers.dossier_code)
        ) as code (dossier_code)
),

payments as (
    select
        dossiers.province_code,
        dossiers.source_id,
        min(payments.paid_at) as first_paid_online_at
    from named as dossiers
    inner join {{ ref('int_payments') }} as payments using (province_code, dossier_code)
    where
        payments.is_successful
        and payments.method = 'online'
    group by
        dossiers.province_code,
        dossiers.source_id
),

ratings as (
    select distinct
        dossiers.province_code,
        dossiers.source_id
    from named as dossiers
    inner join {{ ref('int_ratings') }} as ratings using (province_code, dossier_code)
    where ratings.is_unsatisfied
),

petitions as (
    select distinct
        dossiers.province_code,
        dossiers.source_id
    from named as dossiers
    inner join {{ ref('int_petitions') }} as petitions using (province_code, dossier_code)
    where
        not petitions.is_gone
        and not petitions.is_cancelled
)

select
    dossiers.province_code,
    dossiers.source,
    dossiers.source_id,
    dossiers.dossier_code,
    dossiers.former_codes,
    dossiers.agency_code,
    dossiers.agency_key,
    dossiers.receiving_agency_code,
    dossiers.procedure_code,
    dossiers.field_code,
    dossiers.channel,
    dossiers.submitted_at,
    dossiers.submitted_on,
    dossiers.received_at,
    dossiers.received_on,
    dossiers.competent_received_at,
    dossiers.clock_started_on,
    dossiers.is_refused_at_receipt,
    due_dates.original_due_on,
    due_dates.is_due_from_limit,
    dossiers.has_result_file,
    dossiers.has_digitised_component,
    dossiers.reuses_data,
    dossiers.in_national_store,
    dossiers.is_vneid_verified,
    dossiers.uses_population_data,
    dossiers.has_fee,
    payments.first_paid_online_at,
    ratings.source_id is not null as is_rated_unsatisfied,
    petitions.source_id is not null as is_complained_about,
    dossiers.version_id,
    dossiers.known_from
from {{ ref('int_dossiers_described') }} as dossiers
inner join {{ ref('int_dossier_due_dates') }} as due_dates using (province_code, source_id)
left join payments using (province_code, source_id)
left join ratings using (province_code, source_id)
left join petitions using (province_code, source_id)

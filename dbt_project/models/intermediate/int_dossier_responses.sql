{{ config(materialized='table', unlogged=true) }}

with named as (
    -- payments, ratings and petitions name the code of their day
    select
        dossiers.province_code,
        dossiers.source_id,
        code.dossier_code
    from {{ ref('int_dossiers_in_hand') }} as dossiers
    cross join
        lateral
        jsonb_array_elements_text(
            coalesce(dossiers.former_codes, '[]'::jsonb) || to_jsonb(dossiers.dossier_code)
        ) as code (dossier_code)
),

said as (
    select
        named.province_code,
        named.source_id,
        payments.paid_at,
        false as is_unsatisfied,
        false as is_complaint
    from named
    inner join {{ ref('int_payments') }} as payments using (province_code, dossier_code)
    where
        payments.is_successful
        and payments.method = 'online'
    union all
    select
        named.province_code,
        named.source_id,
        null as paid_at,
        true as is_unsatisfied,
        false as is_complaint
    from named
    inner join {{ ref('int_ratings') }} as ratings using (province_code, dossier_code)
    where ratings.is_unsatisfied
    union all
    select
        named.province_code,
        named.source_id,
        null as paid_at,
        false as is_unsatisfied,
        true as is_complaint
    from named
    inner join {{ ref('int_petitions') }} as petitions using (province_code, dossier_code)
    where
        not petitions.is_gone
        and not petitions.is_cancelled
)

select
    said.province_code,
    said.source_id,
    min(said.paid_at) as first_paid_online_at,
    bool_or(said.is_unsatisfied) as is_rated_unsatisfied,
    bool_or(said.is_complaint) as is_complained_about
from said
group by said.province_code, said.source_id

{{ config(
    materialized='table',
    unlogged=true,
    indexes=[{'columns': ['province_code', 'source_id'], 'unique': true}],
) }}

with newest as (
    select versions.*
    from {{ ref('int_dossiers_to_refresh') }} as touched
    inner join {{ ref('stg_provincial_portal__dossier_versions') }} as versions
        on touched.version_id = versions.version_id
    where not touched.is_gone
),

steps as (
    select
        province_code,
        source_id,
        max(last_seen_at) filter (where is_open) as last_seen_open_at,
        min(started_at) filter (where national_state = 3) as refused_seen_at
    from {{ ref('int_dossier_status_steps') }}
    group by
        province_code,
        source_id
),

known as (
    select
        newest.*,
        steps.last_seen_open_at,
        coalesce(newest.refused_at, steps.refused_seen_at) as refusal_at
    from newest
    left join steps using (province_code, source_id)
)

select
    known.province_code,
    known.source,
    known.source_id,
    known.version_id,
    known.known_from,
    known.dossier_code,
    coalesce(first_recorded.agency_code, known.agency_code) as agency_code,
    known.receiving_agency_code,
    known.procedure_code,
    known.field_code,
    coalesce(channels.meaning, 'direct') as channel,
    known.submitted_at,
    known.submitted_on,
    known.received_at,
    known.received_on,
    known.refusal_at is not null
    and (
        known.received_at is null
        or (
            known.refusal_at <= known.received_at
            -- unless it was sent in again and taken on
            and coalesce(known.last_seen_open_at <= known.refusal_at, true)
            and coalesce(known.completed_at <= known.refusal_at, true)
        )
    ) as is_refused_at_receipt,
    coalesce(components.has_digitised, false) as has_digitised_component,
    coalesce(known.is_flagged_reused, false) or coalesce(components.has_reused, false) as reuses_data,
    coalesce(components.has_stored, false) or coalesce(results.has_stored, false) as in_national_store,
    coalesce(results.has_file, false) as has_result_file,
    coalesce(known.is_vneid_verified, false) as is_vneid_verified,
    coalesce(known.is_vneid_verified, false) or coalesce(databases.has_population, false)
        as uses_population_data,
    coalesce(fees.has_amount, false) as has_fee
from known
{{ first_recorded_agency(
    'known', ref('stg_provincial_portal__dossier_versions'), 'source_id', 'known.field_code'
) }}
left join {{ ref('int_portal_codes') }} as channels
    on
        channels.portal_code = 'provincial_portal'
        and channels.code_set = 'channel'
        and known.channel_id = channels.code
        and known.updated_on >= channels.means_from
        and known.updated_on < channels.means_until
left join lateral (
    select
        bool_or(component.is_digitised) as has_digitised,
        bool_or(component.is_reused) as has_reused,
        bool_or(component.from_store) as has_stored
    from
        jsonb_to_recordset(known.components)
            as component (is_removed boolean, is_digitised boolean, is_reused boolean, from_store boolean)
    where component.is_removed is not true
) as components on true
left join lateral (
    select
        bool_or(result.has_file) as has_file,
        bool_or(result.in_store) as has_stored
    from jsonb_to_recordset(known.results) as result (has_file boolean, in_store boolean)
) as results on true
left join lateral (
    select bool_or(codes.meaning = 'population') as has_population
    from jsonb_array_elements_text(known.database_codes) as named (code)
    inner join {{ ref('int_portal_codes') }} as codes
        on
            codes.portal_code = 'provincial_portal'
            and codes.code_set = 'database'
            and named.code = codes.code
            and known.updated_on >= codes.means_from
            and known.updated_on < codes.means_until
) as databases on true
left join lateral (
    select bool_or(fee.amount > 0) as has_amount
    from jsonb_to_recordset(known.fee_lines) as fee (amount numeric)
) as fees on true

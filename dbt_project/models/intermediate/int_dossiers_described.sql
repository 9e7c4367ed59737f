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
        (array_agg(national_state order by step_number desc))[1] as last_state
    from {{ ref('int_dossier_status_steps') }}
    group by
        province_code,
        source_id
)

select
    newest.province_code,
    newest.source,
    newest.source_id,
    newest.version_id,
    newest.known_from,
    newest.dossier_code,
    newest.agency_code,
    newest.receiving_agency_code,
    newest.procedure_code,
    newest.field_code,
    coalesce(channels.meaning, 'direct') as channel,
    newest.submitted_at,
    newest.submitted_on,
    newest.received_at,
    newest.received_on,
    case
        when newest.received_at is null
            then newest.refused_at is not null or coalesce(steps.last_state = 3, false)
        when newest.refused_at <= newest.received_at
            -- sent in again and taken on after all
            then
                coalesce(steps.last_seen_open_at <= newest.refused_at, true)
                and coalesce(newest.completed_at <= newest.refused_at, true)
        else false
    end as is_refused_at_receipt,
    coalesce(components.has_digitised, false) as has_digitised_component,
    coalesce(newest.is_flagged_reused, false) or coalesce(components.has_reused, false) as reuses_data,
    coalesce(components.has_stored, false) or coalesce(results.has_stored, false) as in_national_store,
    coalesce(results.has_file, false) as has_result_file,
    coalesce(newest.is_vneid_verified, false) as is_vneid_verified,
    coalesce(newest.is_vneid_verified, false) or coalesce(databases.has_population, false)
        as uses_population_data,
    coalesce(fees.has_amount, false) as has_fee
from newest
left join steps using (province_code, source_id)
left join {{ ref('int_portal_codes') }} as channels
    on
        channels.portal_code = 'provincial_portal'
        and channels.code_set = 'channel'
        and newest.channel_id = channels.code
        and newest.updated_on >= channels.means_from
        and newest.updated_on < channels.means_until
left join lateral (
    select
        bool_or(component.is_digitised) as has_digitised,
        bool_or(component.is_reused) as has_reused,
        bool_or(component.from_store) as has_stored
    from
        jsonb_to_recordset(newest.components)
            as component (is_removed boolean, is_digitised boolean, is_reused boolean, from_store boolean)
    where component.is_removed is not true
) as components on true
left join lateral (
    select
        bool_or(result.has_file) as has_file,
        bool_or(result.in_store) as has_stored
    from jsonb_to_recordset(newest.results) as result (has_file boolean, in_store boolean)
) as results on true
left join lateral (
    select bool_or(codes.meaning = 'population') as has_population
    from jsonb_array_elements_text(newest.database_codes) as named (code)
    inner join {{ ref('int_portal_codes') }} as codes
        on
            codes.portal_code = 'provincial_portal'
            and codes.code_set = 'database'
            and named.code = codes.code
            and newest.updated_on >= codes.means_from
            and newest.updated_on < codes.means_until
) as databases on true
left join lateral (
    select bool_or(fee.amount > 0) as has_amount
    from jsonb_to_recordset(newest.fee_lines) as fee (amount numeric)
) as fees on true

{{ config(materialized='table', unlogged=true) }}

with newest as (
    select versions.*
    from {{ ref('int_dossiers_touched') }} as touched
    inner join {{ ref('stg_provincial_portal__dossier_versions') }} as versions using (version_id)
    where not touched.is_gone
),

steps as (
    select
        province_code,
        source_id,
        bool_or(is_open or national_state in (9, 10)) as was_taken_on,
        min(coalesce(refused_at, started_at)) filter (where national_state = 3) as refused_at
    from {{ ref('int_dossier_status_steps') }}
    group by province_code, source_id
),

former_codes as (
    -- payments, ratings and petitions name the code of their day
    select
        newest.province_code,
        newest.source_id,
        jsonb_agg(distinct versions.dossier_code) as former_codes
    from newest
    inner join {{ ref('stg_provincial_portal__dossier_versions') }} as versions
        using (province_code, source_id)
    where newest.version_id > versions.version_id and newest.dossier_code <> versions.dossier_code
    group by newest.province_code, newest.source_id
),

clocked as (
    select
        newest.*,
        former_codes.former_codes,
        steps.was_taken_on,
        steps.refused_at as refusal_at,
        -- received by another place first
        case
            when
                started.value = 'competent_receipt'
                and newest.competent_received_at >= newest.received_at
                and coalesce(newest.receiving_agency_code <> newest.agency_code, true)
                then newest.competent_received_at
            else newest.received_at
        end as clock_started_at
    from newest
    left join steps using (province_code, source_id)
    left join former_codes using (province_code, source_id)
    {{ rule_on('clock_starts_at', 'newest.received_on', 'started') }}
)

select
    clocked.province_code,
    clocked.source,
    clocked.source_id,
    clocked.version_id,
    clocked.known_from,
    clocked.dossier_code,
    clocked.former_codes,
    coalesce(first_recorded.agency_code, clocked.agency_code) as agency_code,
    coalesce(first_recorded.agency_key, holders.agency_key, clocked.agency_code) as agency_key,
    clocked.receiving_agency_code,
    clocked.procedure_code,
    clocked.field_code,
    coalesce(channels.meaning, 'direct') as channel,
    clocked.submitted_at,
    clocked.submitted_on,
    clocked.received_at,
    clocked.received_on,
    clocked.competent_received_at,
    clocked.clock_started_at,
    clocked.clock_started_at::date as clock_started_on,
    -- sent in again and taken on, or taken on and then refused, it was accepted
    clocked.refusal_at is not null
    and not clocked.was_taken_on
    and coalesce(clocked.refusal_at <= clocked.received_at, true) as is_refused_at_receipt,
    {{ calendar_place('coalesce(first_recorded.agency_code, clocked.agency_code)') }} as calendar_place,
    {{ has_item('clocked.components', '@.is_digitised == true && !(@.is_removed == true)') }}
        as has_digitised_component,
    coalesce(clocked.is_flagged_reused, false)
    or {{ has_item('clocked.components', '@.is_reused == true && !(@.is_removed == true)') }} as reuses_data,
    {{ has_item('clocked.components', '@.from_store == true && !(@.is_removed == true)') }}
    or {{ has_item('clocked.results', '@.in_store == true') }} as in_national_store,
    {{ has_item('clocked.results', '@.has_file == true') }} as has_result_file,
    coalesce(clocked.is_vneid_verified, false) as is_vneid_verified,
    clocked.paid_online_flag,
    coalesce(clocked.is_vneid_verified, false) or exists (
        select 1
        from jsonb_array_elements_text(clocked.database_codes) as named (code)
        {{ meaning_on('named.code', 'provincial_portal', 'database', 'clocked.submitted_on', 'databases') }}
        where databases.meaning = 'population'
    ) as uses_population_data,
    {{ has_item('clocked.fee_lines', '@.amount.double() > 0') }} as has_fee
from clocked
{{ first_recorded_agency(
    'clocked', ref('stg_provincial_portal__dossier_versions'), 'source_id', 'clocked.field_code'
) }}
-- the day the dossier was given its code: the filing, or the day it was passed on
left join lateral (
    select
        case
            when bool_or(versions.agency_code <> clocked.agency_code)
                then min(versions.updated_on) filter (where versions.agency_code = clocked.agency_code)
            else clocked.submitted_on
        end as coded_on
    from {{ ref('stg_provincial_portal__dossier_versions') }} as versions
    where
        clocked.agency_code in (select given.agency_code from {{ ref('int_agency_holders') }} as given)
        and versions.province_code = clocked.province_code
        and versions.source_id = clocked.source_id
        and versions.version_id <= clocked.version_id
) as coded on true
{{ holder_on('clocked.agency_code', 'coded.coded_on', alias='holders') }}
{{ meaning_on('clocked.channel_id', 'provincial_portal', 'channel', 'clocked.submitted_on', 'channels') }}

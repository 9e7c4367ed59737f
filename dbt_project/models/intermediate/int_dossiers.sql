{{ config(
    materialized='incremental',
    incremental_strategy='append',
    indexes=[
        {'columns': ['province_code', 'source_id', 'source'], 'unique': true},
        {'columns': ['province_code', 'dossier_code']},
        {'columns': ['former_codes'], 'type': 'gin'},
        {'columns': ['province_code', 'agency_key']},
        {'columns': ['submitted_on']},
        {'columns': ['received_on']},
        {'columns': ['last_in_hand_at']},
    ],
    pre_hook='{{ forget_touched_dossiers() }}',
) }}

-- The first promise is an appointment seen on the record; the record itself came later than the event that
-- names the same date.
-- What a supplement or a letter of apology set is no first promise, even where none was known before.
with events as (
    select
        events.province_code,
        events.source_id,
        events.happened_at as seen_at,
        events.due_before_on,
        events.due_after_on
    from {{ ref('int_dossiers_touched') }} as touched
    inner join {{ ref('stg_provincial_portal__dossier_due_events') }} as events using (version_id)
    where not touched.is_gone
),

set_later as (
    select distinct
        province_code,
        source_id,
        due_after_on
    from events
    where due_after_on is not null
),

appointments as (
    select
        versions.province_code,
        versions.source_id,
        versions.updated_at as seen_at,
        versions.due_on as promised_on
    from {{ ref('int_dossiers_touched') }} as touched
    inner join {{ ref('stg_provincial_portal__dossier_versions') }} as versions
        on
            touched.province_code = versions.province_code
            and touched.source_id = versions.source_id
            and touched.version_id >= versions.version_id
    left join set_later
        on
            versions.province_code = set_later.province_code
            and versions.source_id = set_later.source_id
            and versions.due_on = set_later.due_after_on
    where
        not touched.is_gone
        and not versions.is_deleted
        and set_later.source_id is null
),

seen as (
    select
        province_code,
        source_id,
        seen_at,
        2 as preference,
        promised_on
    from appointments
    union all
    select
        province_code,
        source_id,
        seen_at,
        1 as preference,
        due_before_on as promised_on
    from events
),

first_promises as (
    select
        province_code,
        source_id,
        (array_agg(promised_on order by seen_at, preference, promised_on))[1] as promised_on
    from seen
    where promised_on is not null
    group by province_code, source_id
),

final_endings as (
    select
        described.province_code,
        described.source_id,
        min(endings.stands_after) as ended_at
    from {{ ref('int_dossiers_described') }} as described
    inner join {{ ref('int_dossier_endings') }} as endings using (province_code, source_id)
    where endings.stands_until = 'infinity'
    group by described.province_code, described.source_id
),

stopped as (
    select distinct on (steps.province_code, steps.source_id)
        steps.province_code,
        steps.source_id,
        case when steps.national_state in (5, 6) then steps.started_at::date end as stopped_since_on
    from {{ ref('int_dossier_status_steps') }} as steps
    order by steps.province_code asc, steps.source_id asc, steps.step_number desc
)

select
    described.*, -- noqa: AM04
    promises.promised_on,
    stopped.stopped_since_on,
    coalesce(final_endings.ended_at, 'infinity'::timestamptz) as last_in_hand_at
from {{ ref('int_dossiers_described') }} as described
left join first_promises as promises using (province_code, source_id)
left join stopped using (province_code, source_id)
left join final_endings using (province_code, source_id)
{{ laid_out_by('last_in_hand_at') }}

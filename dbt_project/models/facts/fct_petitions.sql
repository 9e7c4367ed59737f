{{ config(materialized='view') }}

-- what an agency's code, the list of agencies and the rules say of a petition, they say anew in every build
with newest as (
    -- also what the portal no longer lists: earlier petitions still name it
    select distinct on (version.province_code, version.agency_id) version.*
    from {{ ref('stg_provincial_portal__agency_versions') }} as version
    order by version.province_code asc, version.agency_id asc, version.version_id desc
),

agencies as (
    -- after a reorganisation the code it had first
    select
        newest.province_code,
        newest.agency_id,
        coalesce(first_recorded.agency_code, newest.agency_code) as agency_code,
        first_recorded.agency_key as succeeded_agency_key
    from newest
    {{ first_recorded_agency('newest', ref('stg_provincial_portal__agency_versions'), 'agency_id') }}
)

select
    petitions.province_code,
    petitions.petition_id,
    agencies.agency_code,
    coalesce(agencies.succeeded_agency_key, holder.agency_key, agencies.agency_code) as agency_key,
    petitions.class_code,
    petitions.is_cancelled,
    petitions.received_at,
    petitions.received_on,
    coalesce(petitions.told_due_on, due.date_on) as due_on,
    petitions.told_due_on is null as is_due_from_rule,
    petitions.answered_at,
    petitions.answered_on,
    petitions.published_on,
    petitions.likes,
    petitions.dislikes,
    petitions.repeat_of is not null as is_repeat,
    exists(
        select 1
        from {{ ref('int_petitions') }} as later
        where
            petitions.province_code = later.province_code
            and petitions.petition_id = later.repeat_of
            and not later.is_gone
            and not later.is_cancelled
    ) as is_repeated,
    petitions.dossier_code,
    petitions.known_from
from {{ ref('int_petitions') }} as petitions
left join agencies using (province_code, agency_id)
{{ holder_on('agencies.agency_code', 'petitions.received_on') }}
{{ rule_on('petition_answer_days', 'petitions.received_on', 'answered_within') }}
{{ calendar_day(calendar_place('agencies.agency_code'), 'petitions.received_on', 'received') }}
{{ working_day('received.place_code', 'received.working_day_index + answered_within.value::integer', 'due') }}
where not petitions.is_gone

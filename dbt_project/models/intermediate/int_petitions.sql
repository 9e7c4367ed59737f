{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['province_code', 'petition_id'],
    indexes=[
        {'columns': ['province_code', 'petition_id'], 'unique': true},
        {'columns': ['province_code', 'dossier_code']},
        {'columns': ['province_code', 'repeat_of']},
    ],
) }}

with newest as (
    select distinct on (versions.province_code, versions.petition_id) versions.*
    from {{ ref('stg_provincial_portal__petition_versions') }} as versions
    {%- if is_incremental() %}
        where
            (versions.province_code, versions.petition_id) in (
                select
                    changed.province_code,
                    changed.petition_id
                from {{ ref('stg_provincial_portal__petition_versions') }} as changed
                where {{ is_news('provincial_portal__petitions', 'changed') }}
            )
    {%- endif %}
    order by versions.province_code asc, versions.petition_id asc, versions.version_id desc
),

states as (
    select
        versions.province_code,
        versions.petition_id,
        versions.version_id,
        versions.updated_at,
        coalesce(statuses.meaning in ('answered', 'published'), false) as is_answered
    from newest
    inner join {{ ref('stg_provincial_portal__petition_versions') }} as versions
        on
            newest.province_code = versions.province_code
            and newest.petition_id = versions.petition_id
    {{ meaning_on(
        'versions.status_id', 'provincial_portal', 'petition_status', 'versions.updated_on', 'statuses'
    ) }}
),

-- an answer without a date is as old as the state that tells of it; a petition taken up again is open
answers as (
    select
        states.province_code,
        states.petition_id,
        min(states.updated_at) as first_seen_at
    from states
    where
        states.is_answered
        and not exists (
            select 1
            from states as later
            where
                later.province_code = states.province_code
                and later.petition_id = states.petition_id
                and later.version_id > states.version_id
                and not later.is_answered
        )
    group by states.province_code, states.petition_id
)

select
    petitions.province_code,
    petitions.petition_id,
    petitions.agency_id,
    petitions.is_deleted as is_gone,
    petitions.class_code,
    coalesce(statuses.meaning = 'cancelled', false) as is_cancelled,
    petitions.received_at,
    petitions.received_on,
    petitions.due_on as told_due_on,
    coalesce(petitions.answered_at, answers.first_seen_at) as answered_at,
    coalesce(petitions.answered_at, answers.first_seen_at)::date as answered_on,
    petitions.published_on,
    coalesce(petitions.likes, 0) as likes,
    coalesce(petitions.dislikes, 0) as dislikes,
    petitions.repeat_of,
    petitions.dossier_code,
    petitions.known_from
from newest as petitions
left join answers using (province_code, petition_id)
-- the day its newest state was given to it
left join lateral (
    select min(versions.updated_on) as stated_on
    from {{ ref('stg_provincial_portal__petition_versions') }} as versions
    where
        petitions.province_code = versions.province_code
        and petitions.petition_id = versions.petition_id
        and petitions.status_id = versions.status_id
) as newest_state on true
{{ meaning_on(
    'petitions.status_id', 'provincial_portal', 'petition_status', 'newest_state.stated_on', 'statuses'
) }}

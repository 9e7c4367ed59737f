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

with inputs as (
    select * from {{ ref('int_build_inputs') }}
),

keys as (
    select
        petitions.province_code,
        petitions.petition_id
    from {{ ref('stg_provincial_portal__petitions') }} as petitions
    {%- if is_incremental() %}
        where
            petitions.version_id >= (select inputs.earlier_petition_version + 1 from inputs)
            and petitions.version_id <= (select inputs.petition_version from inputs)
        union
        -- the portal's list gives its agency another code now
        select
            earlier.province_code,
            earlier.petition_id
        from {{ this }} as earlier
        left join {{ ref('int_provincial_agencies') }} as agencies using (province_code, agency_id)
        where earlier.agency_code is distinct from agencies.agency_code
    {%- endif %}
),

answer_rule as (
    select
        value::integer as answer_days,
        valid_from,
        coalesce(valid_to, 'infinity'::date) as valid_to
    from {{ ref('rules') }}
    where rule_code = 'petition_answer_days'
)

select
    petitions.province_code,
    petitions.petition_id,
    petitions.agency_id,
    agencies.agency_code,
    petitions.is_deleted as is_gone,
    petitions.class_code,
    coalesce(statuses.meaning = 'cancelled', false) as is_cancelled,
    petitions.received_at,
    petitions.received_on,
    coalesce(petitions.due_on, due.date_on) as due_on,
    petitions.due_on is null as is_due_from_rule,
    petitions.answered_at,
    petitions.answered_on,
    petitions.published_on,
    coalesce(petitions.likes, 0) as likes,
    coalesce(petitions.dislikes, 0) as dislikes,
    petitions.repeat_of,
    petitions.dossier_code
from keys
inner join {{ ref('stg_provincial_portal__petitions') }} as petitions
    on
        keys.province_code = petitions.province_code
        and keys.petition_id = petitions.petition_id
left join {{ ref('int_provincial_agencies') }} as agencies
    on
        petitions.province_code = agencies.province_code
        and petitions.agency_id = agencies.agency_id
left join {{ ref('int_portal_codes') }} as statuses
    on
        statuses.portal_code = 'provincial_portal'
        and statuses.code_set = 'petition_status'
        and petitions.status_id = statuses.code
        and statuses.means_until = 'infinity'
left join answer_rule
    on petitions.received_on between answer_rule.valid_from and answer_rule.valid_to
left join {{ ref('int_calendar') }} as received
    on
        petitions.received_on = received.date_on
        and received.place_code = {{ calendar_place('agencies.agency_code') }}
left join {{ ref('int_calendar') }} as due
    on
        due.is_working_day
        and due.place_code = received.place_code
        and received.working_day_index + answer_rule.answer_days = due.working_day_index

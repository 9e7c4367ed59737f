{{ config(materialized='view') }}

select
    petitions.province_code,
    petitions.petition_id,
    petitions.agency_code,
    petitions.agency_key,
    petitions.class_code,
    petitions.is_cancelled,
    petitions.received_at,
    petitions.received_on,
    petitions.due_on,
    petitions.is_due_from_rule,
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
    petitions.dossier_code
from {{ ref('int_petitions') }} as petitions
where not petitions.is_gone

-- An appointment seen on the record; the record itself came later than the event that names the same date.
-- What a supplement or a letter of apology set is no first promise, even where none was known before.
with supplements as (
    select
        supplements.province_code,
        supplements.source_id,
        supplements.asked_at as seen_at,
        supplements.due_before_on,
        supplements.due_after_on
    from {{ ref('int_dossiers_touched') }} as touched
    inner join {{ ref('stg_provincial_portal__dossier_supplements') }} as supplements using (version_id)
    where not touched.is_gone
),

redatings as (
    select
        redatings.province_code,
        redatings.source_id,
        redatings.redated_at as seen_at,
        redatings.due_before_on,
        redatings.due_after_on
    from {{ ref('int_dossiers_touched') }} as touched
    inner join {{ ref('stg_provincial_portal__dossier_redatings') }} as redatings using (version_id)
    where not touched.is_gone
),

events as (
    select * from supplements
    union all
    select * from redatings
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
)

select
    province_code,
    source_id,
    (array_agg(promised_on order by seen_at, preference, promised_on))[1] as promised_on
from seen
where promised_on is not null
group by province_code, source_id

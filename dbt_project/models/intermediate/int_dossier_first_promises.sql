-- An appointment seen on the record; the record itself came later than the event that names the same date.
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
)

select
    province_code,
    source_id,
    (array_agg(promised_on order by seen_at, preference, promised_on))[1] as promised_on
from seen
where promised_on is not null
group by province_code, source_id

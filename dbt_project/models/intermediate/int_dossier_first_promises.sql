-- an appointment seen on the record; the record itself came later than the event that names the same date.
-- What a supplement or a letter of apology set is no first promise, even where none was known before.
with appointments as (
    select
        versions.province_code,
        versions.source_id,
        versions.updated_at as seen_at,
        2 as preference,
        versions.due_on as promised_on
    from {{ ref('int_dossiers_to_refresh') }} as touched
    inner join {{ ref('stg_provincial_portal__dossier_versions') }} as versions
        on
            touched.province_code = versions.province_code
            and touched.source_id = versions.source_id
            and touched.version_id >= versions.version_id
    where
        not touched.is_gone
        and not versions.is_deleted
        and not exists (
            select 1
            from {{ ref('stg_provincial_portal__dossier_supplements') }} as supplements
            where
                supplements.version_id = touched.version_id
                and supplements.due_after_on = versions.due_on
        )
        and not exists (
            select 1
            from {{ ref('stg_provincial_portal__dossier_redatings') }} as redatings
            where
                redatings.version_id = touched.version_id
                and redatings.due_after_on = versions.due_on
        )
),

supplements as (
    select
        supplements.province_code,
        supplements.source_id,
        supplements.asked_at as seen_at,
        1 as preference,
        supplements.due_before_on as promised_on
    from {{ ref('int_dossiers_to_refresh') }} as touched
    inner join {{ ref('stg_provincial_portal__dossier_supplements') }} as supplements
        on touched.version_id = supplements.version_id
    where not touched.is_gone
),

redatings as (
    select
        redatings.province_code,
        redatings.source_id,
        redatings.redated_at as seen_at,
        1 as preference,
        redatings.due_before_on as promised_on
    from {{ ref('int_dossiers_to_refresh') }} as touched
    inner join {{ ref('stg_provincial_portal__dossier_redatings') }} as redatings
        on touched.version_id = redatings.version_id
    where not touched.is_gone
),

seen as (
    select * from appointments
    union all
    select * from supplements
    union all
    select * from redatings
)

select
    province_code,
    source_id,
    (array_agg(promised_on order by seen_at, preference, promised_on))[1] as promised_on
from seen
where promised_on is not null
group by
    province_code,
    source_id

{{ config(materialized='table', unlogged=true) }}

with versions as (
    select
        versions.province_code,
        versions.source_id,
        versions.version_id,
        versions.updated_at,
        versions.received_at,
        versions.completed_at,
        versions.delivered_at,
        versions.refused_at,
        codes.meaning::integer as national_state
    from {{ ref('int_dossiers_to_refresh') }} as touched
    inner join {{ ref('stg_provincial_portal__dossier_versions') }} as versions
        on
            touched.province_code = versions.province_code
            and touched.source_id = versions.source_id
            and touched.version_id >= versions.version_id
    inner join {{ ref('int_portal_codes') }} as codes
        on
            codes.portal_code = 'provincial_portal'
            and codes.code_set = 'dossier_status'
            and versions.status_id = codes.code
            and versions.updated_on >= codes.means_from
            and versions.updated_on < codes.means_until
    where
        not touched.is_gone
        and not versions.is_deleted
),

compared as (
    select
        *,
        lag(national_state) over (partition by province_code, source_id order by version_id) as earlier_state
    from versions
),

numbered as (
    select
        *,
        count(*) filter (where national_state is distinct from earlier_state) over history as step_number,
        count(*) filter (
            where
            earlier_state in (3, 7, 8, 9, 10)
            and national_state in (2, 4, 5, 6)
        ) over history as times_reopened
    from compared
    window history as (partition by province_code, source_id order by version_id)
)

select
    province_code,
    source_id,
    step_number,
    min(times_reopened) as times_reopened,
    min(national_state) as national_state,
    min(national_state) in (2, 4, 5, 6) as is_open,
    min(updated_at) as started_at,
    max(updated_at) as last_seen_at,
    (array_agg(received_at order by version_id desc))[1] as received_at,
    (array_agg(completed_at order by version_id desc))[1] as completed_at,
    (array_agg(delivered_at order by version_id desc))[1] as delivered_at,
    (array_agg(refused_at order by version_id desc))[1] as refused_at
from numbered
group by
    province_code,
    source_id,
    step_number

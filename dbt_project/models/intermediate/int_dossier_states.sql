select
    versions.province_code,
    versions.source_id,
    versions.version_id,
    versions.updated_at,
    versions.received_at,
    versions.due_on,
    versions.completed_at,
    versions.delivered_at,
    versions.refused_at,
    codes.meaning::integer as national_state
from {{ ref('int_dossiers_touched') }} as touched
inner join {{ ref('stg_provincial_portal__dossier_versions') }} as versions
    on
        touched.province_code = versions.province_code
        and touched.source_id = versions.source_id
        and touched.version_id >= versions.version_id
inner join {{ ref('int_portal_codes') }} as codes
    on
        versions.status_id = codes.code
        and {{ code_in_force('codes', 'provincial_portal', 'dossier_status', 'versions.updated_on') }}
where
    not touched.is_gone
    and not versions.is_deleted

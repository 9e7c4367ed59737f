select
    version.province_code,
    version.rating_id,
    version.version_id,
    version.is_deleted,
    version.dossier_code,
    version.verdict,
    version.rated_at,
    version.rated_at::date as rated_on
{{ newest_versions(source('provincial_portal', 'ratings'), ['rating_id'], keep_deleted=true) }}

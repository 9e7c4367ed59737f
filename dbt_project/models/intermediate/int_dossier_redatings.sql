{{ config(
    materialized='incremental',
    incremental_strategy='append',
    indexes=[{'columns': ['province_code', 'source_id']}],
    pre_hook='{{ forget_touched_dossiers() }}',
) }}

select
    redatings.province_code,
    redatings.source_id,
    redatings.position,
    redatings.redated_at,
    redatings.due_after_on
from {{ ref('int_dossiers_touched') }} as touched
inner join {{ ref('stg_provincial_portal__dossier_redatings') }} as redatings using (version_id)
where not touched.is_gone

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
    redatings.happened_at as redated_at,
    redatings.due_before_on,
    redatings.due_after_on
from {{ ref('int_dossiers_touched') }} as touched
inner join {{ ref('stg_provincial_portal__dossier_due_events') }} as redatings using (version_id)
where redatings.event_kind = 'redating' and not touched.is_gone

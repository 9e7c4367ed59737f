-- A version without a step would hide an ending or a reopening.
select
    touched.province_code,
    touched.source_id
from {{ ref('int_dossiers_touched') }} as touched
left join {{ ref('int_dossier_status_steps') }} as steps
    on
        touched.province_code = steps.province_code
        and touched.source_id = steps.source_id
where
    not touched.is_gone
    and steps.source_id is null

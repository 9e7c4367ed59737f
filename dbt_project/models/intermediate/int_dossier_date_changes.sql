select
    letters.province_code,
    letters.source_id,
    'due' as date_code,
    letters.redated_at as changed_at,
    letters.position,
    letters.due_before_on as before_on,
    letters.due_after_on as after_on,
    null::date as standing_on,
    true as is_apologised
from {{ ref('int_dossier_redatings') }} as letters
where letters.due_after_on <> coalesce(letters.due_before_on, '-infinity')
union all
select
    told.province_code,
    told.source_id,
    told.date_code,
    told.changed_at,
    told.position,
    told.before_on,
    told.after_on,
    told.standing_on,
    false as is_apologised
from {{ ref('int_dossier_record_changes') }} as told

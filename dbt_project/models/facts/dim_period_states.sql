select
    label.code as period_state,
    label.name_vi
from {{ ref('labels') }} as label
where label.code_set = 'period_state'

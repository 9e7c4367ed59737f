select
    label.code as peer_group,
    label.name_vi,
    label.display_order
from {{ ref('labels') }} as label
where label.code_set = 'peer_group'

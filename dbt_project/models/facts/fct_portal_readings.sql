select
    entry.province_code,
    entry.portal_code,
    max(entry.known_from) as read_at
from {{ ref('stg_ops__ledger') }} as entry
group by entry.province_code, entry.portal_code

{%- set known_by = build_argument('data_as_of') %}

select
    entry.batch_id,
    entry.run_id,
    entry.portal as portal_code,
    entry.resource,
    entry.province_code,
    entry.window_from,
    entry.window_to,
    entry.is_sweep,
    entry.is_last,
    entry.declared,
    entry.fetched,
    entry.new,
    entry.changed,
    entry.unchanged,
    entry.duplicate,
    entry.stale,
    entry.quarantined,
    entry.deleted,
    entry.known_from,
    entry.new + entry.changed + entry.deleted > 0 as has_changed
from {{ source('ops', 'ledger') }} as entry
{%- if known_by %}
    where entry.known_from <= '{{ known_by }}'::timestamptz
{%- endif %}

-- Accepted, received before the last period ends, and not ended for good before the first one starts.
with bounds as (
    select
        min(periods.starts_at) as starts_at,
        max(periods.ends_at) as ends_at,
        max(periods.known_at) as known_at
    from {{ ref('int_periods') }} as periods
)

select dossiers.* -- noqa: AM04
from {{ ref('int_dossiers') }} as dossiers
where
    dossiers.last_in_hand_at >= (select bounds.starts_at from bounds)
    -- a receipt typed ahead is none before its time
    and dossiers.received_at < (select bounds.ends_at from bounds)
    and dossiers.received_at <= (select bounds.known_at from bounds)
    and not dossiers.is_refused_at_receipt

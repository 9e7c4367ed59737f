{{ config(materialized='table', unlogged=true) }}

with final_endings as (
    select
        province_code,
        source_id,
        min(stands_after) as ended_at
    from {{ ref('int_dossier_endings') }}
    where stands_until = 'infinity'
    group by
        province_code,
        source_id
),

accepted as (
    select
        dossiers.province_code,
        dossiers.source_id,
        dossiers.version_id,
        dossiers.received_at,
        coalesce(final_endings.ended_at, 'infinity'::timestamptz) as last_in_hand_at
    from {{ ref('int_dossiers_described') }} as dossiers
    left join final_endings using (province_code, source_id)
    where
        dossiers.received_at is not null
        and not dossiers.is_refused_at_receipt
)

select
    accepted.province_code,
    accepted.source_id,
    accepted.version_id,
    periods.period_month,
    accepted.received_at >= periods.starts_at as is_received_in_month,
    endings.ending_kind,
    endings.ended_at,
    endings.ended_on,
    -- always compared as dates: what befell it on the day of its ending befell it before
    coalesce((endings.ended_on + 1)::timestamptz, periods.ends_at) as known_until,
    periods.judged_on,
    periods.is_judged_at_end,
    periods.supplement_clock,
    periods.second_supplement_is_late,
    periods.apology_cures_lateness
from accepted
inner join {{ ref('int_periods') }} as periods
    on
        accepted.received_at < periods.ends_at
        -- a receipt typed ahead is none before its time
        and accepted.received_at <= periods.known_at
        and accepted.last_in_hand_at >= periods.starts_at
left join {{ ref('int_dossier_endings') }} as endings
    on
        accepted.province_code = endings.province_code
        and accepted.source_id = endings.source_id
        and endings.stands_after < periods.ends_at
        and endings.stands_until >= periods.ends_at
where
    endings.ended_at is null
    or endings.ended_at >= periods.starts_at

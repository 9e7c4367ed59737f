{{ config(materialized='table', unlogged=true) }}

with dossiers as materialized (
    select
        province_code,
        source_id,
        received_at
    from {{ ref('int_dossiers_in_hand') }}
),

-- Looked up once for each dossier, in however many months it is in hand; never by reading the endings of all.
endings as materialized (
    select ending.* -- noqa: AM04
    from dossiers
    cross join
        lateral (
            select known.* -- noqa: AM04
            from {{ ref('int_dossier_endings') }} as known
            where
                known.province_code = dossiers.province_code
                and known.source_id = dossiers.source_id
            -- none is left out: the planner takes the query apart no more
            offset 0 -- noqa: AM09
        ) as ending
)

select
    dossiers.province_code,
    dossiers.source_id,
    periods.period_month,
    dossiers.received_at >= periods.starts_at as is_received_in_month,
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
from dossiers
inner join {{ ref('int_periods') }} as periods
    on
        dossiers.received_at < periods.ends_at
        and dossiers.received_at <= periods.known_at
left join endings
    on
        dossiers.province_code = endings.province_code
        and dossiers.source_id = endings.source_id
        and endings.stands_after < periods.ends_at
        and endings.stands_until >= periods.ends_at
where
    endings.ended_at is null
    or endings.ended_at >= periods.starts_at

{{ config(materialized='table', unlogged=true) }}

-- a date the portal does not give is the moment the state was first seen
with steps as (
    select
        *,
        coalesce(completed_at, case when national_state = 9 then started_at end) as result_ready_at,
        coalesce(delivered_at, case when national_state = 10 then started_at end) as handed_over_at,
        coalesce(refused_at, case when national_state = 3 then started_at end) as turned_down_at,
        step_number = max(step_number) over (partition by province_code, source_id, times_reopened)
            as is_last_before_reopening
    from {{ ref('int_dossier_status_steps') }}
),

endings as (
    select
        province_code,
        source_id,
        'result_ready' as ending_kind,
        9 as national_state,
        result_ready_at as ended_at
    from steps
    where
        is_last_before_reopening
        and result_ready_at is not null
    union
    select
        province_code,
        source_id,
        'delivered' as ending_kind,
        10 as national_state,
        handed_over_at as ended_at
    from steps
    where
        is_last_before_reopening
        and handed_over_at is not null
    union
    -- a refusal not after the receipt is no ending: the dossier was never accepted
    select
        province_code,
        source_id,
        'refused' as ending_kind,
        3 as national_state,
        turned_down_at as ended_at
    from steps
    where
        is_last_before_reopening
        and turned_down_at > received_at
    union
    select
        province_code,
        source_id,
        case national_state when 7 then 'withdrawn' else 'stopped' end as ending_kind,
        national_state,
        started_at as ended_at
    from steps
    where national_state in (7, 8)
),

undone as (
    select
        endings.province_code,
        endings.source_id,
        endings.ending_kind,
        endings.national_state,
        endings.ended_at,
        least(
            min(
                case
                    when steps.started_at > endings.ended_at then steps.started_at
                    else steps.last_seen_at
                end
            )
            filter (
                where
                steps.last_seen_at > endings.ended_at
                and (
                    steps.is_open
                    or (
                        endings.national_state in (3, 7, 8)
                        and steps.national_state <> endings.national_state
                    )
                )
            ),
            min(later.ended_at)
        ) as undone_at
    from endings
    left join steps
        on
            endings.province_code = steps.province_code
            and endings.source_id = steps.source_id
    left join endings as later
        on
            endings.province_code = later.province_code
            and endings.source_id = later.source_id
            and endings.national_state in (3, 7, 8)
            and endings.national_state <> later.national_state
            and endings.ended_at < later.ended_at
    group by
        endings.province_code,
        endings.source_id,
        endings.ending_kind,
        endings.national_state,
        endings.ended_at
),

ordered as (
    select
        *,
        max(coalesce(undone_at, 'infinity'::timestamptz)) over (
            partition by province_code, source_id
            order by ended_at, national_state
            rows between unbounded preceding and 1 preceding
        ) as earlier_stood_until
    from undone
)

select
    province_code,
    source_id,
    ending_kind,
    ended_at,
    ended_at::date as ended_on,
    greatest(ended_at, earlier_stood_until) as stands_after,
    coalesce(undone_at, 'infinity'::timestamptz) as stands_until
from ordered
where
    earlier_stood_until is null
    or coalesce(undone_at, 'infinity'::timestamptz) > earlier_stood_until

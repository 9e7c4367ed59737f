{{ config(
    materialized='incremental',
    incremental_strategy='append',
    indexes=[{'columns': ['province_code', 'source_id']}],
    pre_hook='{{ forget_touched_dossiers() }}',
) }}

-- depends_on: {{ ref('int_dossiers_touched') }}

-- Without an answer the wait ended when the dossier left the waiting state, was first seen in another one
-- (the waiting state came and went between two readings), or was asked for more.
with steps as (
    select
        province_code,
        source_id,
        national_state,
        started_at,
        lead(started_at) over (partition by province_code, source_id order by step_number) as next_started_at,
        step_number
    from {{ ref('int_dossier_status_steps') }}
),

asked as (
    select
        dossiers.province_code,
        dossiers.source_id,
        supplements.position,
        supplements.happened_at as asked_at,
        supplements.happened_on as asked_on,
        supplements.answered_at,
        supplements.due_after_on,
        lead(supplements.happened_at) over (
            partition by dossiers.province_code, dossiers.source_id
            order by supplements.happened_at, supplements.position
        ) as asked_again_at
    from {{ ref('int_dossiers_described') }} as dossiers
    inner join {{ ref('stg_provincial_portal__dossier_due_events') }} as supplements using (version_id)
    where
        supplements.event_kind = 'supplement'
        and supplements.happened_at > dossiers.clock_started_at
),

left_behind as (
    select
        asked.province_code,
        asked.source_id,
        asked.position,
        min(steps.next_started_at) as left_at
    from asked
    inner join steps using (province_code, source_id)
    where
        asked.answered_at is null
        and steps.national_state = 5
        and steps.next_started_at > asked.asked_at
    group by asked.province_code, asked.source_id, asked.position
),

seen_after as (
    select
        asked.province_code,
        asked.source_id,
        asked.position,
        min(states.updated_at) as seen_at,
        bool_or(states.national_state = 5) as is_seen_waiting
    from asked
    inner join {{ ref('int_dossier_states') }} as states
        on
            asked.province_code = states.province_code
            and asked.source_id = states.source_id
            and asked.asked_at < states.updated_at
    where asked.answered_at is null
    group by asked.province_code, asked.source_id, asked.position
)

select
    asked.province_code,
    asked.source_id,
    'supplement' as wait_kind,
    asked.position,
    asked.asked_at,
    asked.asked_on,
    coalesce(
        asked.answered_at,
        least(
            coalesce(
                left_behind.left_at,
                case when not seen_after.is_seen_waiting then seen_after.seen_at end
            ),
            asked.asked_again_at
        )
    ) as answered_at,
    asked.due_after_on
from asked
left join left_behind using (province_code, source_id, position)
left join seen_after using (province_code, source_id, position)
union all
select
    steps.province_code,
    steps.source_id,
    'financial_duty' as wait_kind,
    steps.step_number as position,
    steps.started_at as asked_at,
    steps.started_at::date as asked_on,
    steps.next_started_at as answered_at,
    null::date as due_after_on
from steps
where steps.national_state = 6

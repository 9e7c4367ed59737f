{{ config(
    materialized='incremental',
    incremental_strategy='append',
    indexes=[{'columns': ['province_code', 'source_id']}],
    pre_hook='{{ forget_touched_dossiers() }}',
) }}

-- depends_on: {{ ref('int_dossiers_touched') }}

-- A step follows the steps that were known before it, whatever date was typed for it: an ending is undone
-- by a later step alone.
with openings as (
    select
        province_code,
        source_id,
        opening_number,
        (array_agg(started_at order by step_number) filter (where is_open))[1] as opened_at,
        (array_agg(completed_at order by step_number desc) filter (where not is_open))[1] as completed_at,
        (array_agg(delivered_at order by step_number desc) filter (where not is_open))[1] as delivered_at,
        (array_agg(refused_at order by step_number desc) filter (where not is_open))[1] as refused_at
    from {{ ref('int_dossier_status_steps') }}
    group by province_code, source_id, opening_number
),

-- a date that the endings before the reopening bore already is theirs
told as (
    select
        province_code,
        source_id,
        opening_number,
        opened_at,
        lead(opened_at) over history as reopened_at,
        nullif(completed_at, lag(completed_at) over history) as completed_at,
        nullif(delivered_at, lag(delivered_at) over history) as delivered_at,
        nullif(refused_at, lag(refused_at) over history) as refused_at
    from openings
    window history as (partition by province_code, source_id order by opening_number)
),

dated as (
    select
        told.*,
        steps.step_number,
        steps.national_state,
        steps.started_at,
        steps.received_at,
        -- the result came on an earlier day than the refusal, withdrawal or stop, and its state was not seen
        steps.national_state in (3, 7, 8)
        and told.completed_at::date < steps.started_at::date
        and told.completed_at >= coalesce(told.opened_at, '-infinity'::timestamptz) as is_after_a_result
    from {{ ref('int_dossier_status_steps') }} as steps
    inner join told using (province_code, source_id, opening_number)
    where not steps.is_open
),

-- a date the portal does not give is the moment the state was first seen
happened as (
    select
        *,
        case
            when is_after_a_result then completed_at
            when national_state = 9 then least(coalesce(completed_at, started_at), delivered_at)
            when national_state = 10 then least(completed_at, coalesce(delivered_at, started_at))
            when national_state = 3 then coalesce(refused_at, started_at)
            else started_at
        end as happened_at,
        case
            when is_after_a_result or national_state = 9 then 'result_ready'
            when national_state = 10 and completed_at <= coalesce(delivered_at, started_at)
                then 'result_ready'
            when national_state = 10 then 'delivered'
            when national_state = 3 then 'refused'
            when national_state = 7 then 'withdrawn'
            when national_state = 8 then 'stopped'
        end as ending_kind
    from dated
),

-- a result stands until the dossier is opened again, any other ending until the next step
classified as (
    select
        *,
        greatest(happened_at, received_at) as ended_at,
        coalesce(
            case
                when ending_kind in ('result_ready', 'delivered') then reopened_at
                else least(lead(happened_at) over opening, reopened_at)
            end,
            'infinity'::timestamptz
        ) as stands_until
    from happened
    window opening as (partition by province_code, source_id, opening_number order by step_number)
),

ordered as (
    select
        *,
        greatest(ended_at, max(stands_until) over earlier) as stands_after
    from classified
    where
        ending_kind is not null
        -- a refusal at the receipt is no ending: the dossier was never accepted
        and (ending_kind <> 'refused' or opening_number > 0 or happened_at > received_at)
    window earlier as (
        partition by province_code, source_id
        order by step_number
        rows between unbounded preceding and 1 preceding
    )
)

select
    province_code,
    source_id,
    ending_kind,
    ended_at,
    ended_at::date as ended_on,
    stands_after,
    stands_until
from ordered
where stands_until > stands_after
{{ laid_out_by('ended_at') }}

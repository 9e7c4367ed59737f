{{ config(materialized='table', unlogged=true) }}

with compared as (
    select
        *,
        lag(national_state) over (partition by province_code, source_id order by version_id) as earlier_state
    from {{ ref('int_dossier_states') }}
),

numbered as (
    select
        *,
        count(*) filter (where national_state is distinct from earlier_state) over (
            partition by province_code, source_id
            order by version_id
        ) as step_number
    from compared
),

steps as (
    select
        province_code,
        source_id,
        step_number,
        min(national_state) as national_state,
        min(national_state) in (2, 4, 5, 6) as is_open,
        lag(min(national_state) in (2, 4, 5, 6)) over history as was_open,
        min(updated_at) as started_at,
        (array_agg(received_at order by version_id desc))[1] as received_at,
        (array_agg(completed_at order by version_id desc))[1] as completed_at,
        (array_agg(delivered_at order by version_id desc))[1] as delivered_at,
        (array_agg(refused_at order by version_id desc))[1] as refused_at
    from numbered
    group by province_code, source_id, step_number
    window history as (partition by province_code, source_id order by step_number)
)

-- an opening is a run of open steps and the endings that follow it
select
    province_code,
    source_id,
    step_number,
    count(*) filter (where is_open and was_open is not true) over (
        partition by province_code, source_id
        order by step_number
    ) as opening_number,
    national_state,
    is_open,
    started_at,
    received_at,
    completed_at,
    delivered_at,
    refused_at
from steps

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
)

select
    province_code,
    source_id,
    step_number,
    min(national_state) as national_state,
    min(national_state) in (2, 4, 5, 6) as is_open,
    min(updated_at) as started_at,
    (array_agg(received_at order by version_id desc))[1] as received_at,
    (array_agg(completed_at order by version_id desc))[1] as completed_at,
    (array_agg(delivered_at order by version_id desc))[1] as delivered_at,
    (array_agg(refused_at order by version_id desc))[1] as refused_at
from numbered
group by
    province_code,
    source_id,
    step_number

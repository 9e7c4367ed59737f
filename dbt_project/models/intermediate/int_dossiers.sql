{{ config(
    materialized='incremental',
    incremental_strategy='append',
    indexes=[
        {'columns': ['province_code', 'source_id', 'source'], 'unique': true},
        {'columns': ['province_code', 'dossier_code']},
        {'columns': ['former_codes'], 'type': 'gin'},
        {'columns': ['province_code', 'agency_key']},
        {'columns': ['submitted_on']},
        {'columns': ['received_on']},
        {'columns': ['last_in_hand_at']},
    ],
    pre_hook='{{ forget_touched_dossiers() }}',
) }}

-- depends_on: {{ ref('int_dossiers_touched') }}

with final_endings as (
    select
        described.province_code,
        described.source_id,
        min(endings.stands_after) as ended_at
    from {{ ref('int_dossiers_described') }} as described
    inner join {{ ref('int_dossier_endings') }} as endings using (province_code, source_id)
    where endings.stands_until = 'infinity'
    group by described.province_code, described.source_id
)

select
    described.*, -- noqa: AM04
    promises.promised_on,
    coalesce(final_endings.ended_at, 'infinity'::timestamptz) as last_in_hand_at
from {{ ref('int_dossiers_described') }} as described
left join {{ ref('int_dossier_first_promises') }} as promises using (province_code, source_id)
left join final_endings using (province_code, source_id)

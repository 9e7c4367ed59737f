{{ config(
    materialized='table',
    indexes=[{'columns': ['date_on'], 'unique': true}, {'columns': ['working_day_index']}],
) }}

with days as (
    select day::date as date_on
    from generate_series(timestamp '2020-01-01', timestamp '2027-12-31', interval '1 day') as day
),

province_days as (
    select
        date_on,
        kind,
        name_vi
    from {{ ref('calendar_days') }}
    where place_code is null
),

classified as (
    select
        days.date_on,
        province_days.name_vi as day_name_vi,
        case
            when province_days.kind = 'holiday' then false
            when province_days.kind = 'working_saturday' then true
            else extract(isodow from days.date_on) < 6
        end as is_working_day
    from days
    left join province_days on days.date_on = province_days.date_on
)

select
    date_on,
    date_trunc('month', date_on)::date as period_month,
    day_name_vi,
    is_working_day,
    (count(*) filter (where is_working_day) over (order by date_on))::integer as working_day_index
from classified

{{ config(tags=['reference_alone']) }}

select
    date_on,
    period_month,
    to_char(period_month, 'MM/YYYY') as period_label,
    extract(year from date_on)::integer as year,
    extract(quarter from date_on)::integer as quarter,
    extract(month from date_on)::integer as month,
    extract(isodow from date_on)::integer as day_of_week,
    day_name_vi,
    is_working_day,
    working_day_index
from {{ ref('int_calendar') }}
where
    place_code = ''
    -- the years of which the days off are known
    and extract(year from date_on) between (
        select extract(year from min(first_row.date_on)) from {{ ref('calendar_days') }} as first_row
    ) and (
        select extract(year from max(last_row.date_on)) from {{ ref('calendar_days') }} as last_row
    )

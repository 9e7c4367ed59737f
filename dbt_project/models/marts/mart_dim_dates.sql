{{ config(alias='dim_dates') }}

select
    day.date_on,
    day.period_month,
    day.period_label,
    day.year,
    day.quarter,
    day.month,
    day.day_of_week,
    day.is_working_day,
    day.working_day_index,
    day.day_name_vi
from {{ ref('dim_dates') }} as day

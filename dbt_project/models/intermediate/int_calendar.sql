{{
    config(
        materialized='table',
        tags=['reference_alone'],
        indexes=[{'columns': ['place_code', 'working_day_index']}],
    )
}}

-- No act in force is older than the state, and no limit longer than ten years: counting working days always
-- ends on a day. No build's clock is past the last known day off: assert_the_days_off_are_known_ahead.
with days as (
    select day::date as date_on
    from generate_series(
        timestamp '1945-09-02',
        (
            select date_trunc('year', max(known.date_on)::timestamp) + interval '11 years - 1 day'
            from {{ ref('calendar_days') }} as known
        ),
        interval '1 day'
    ) as day
),

places as (
    select '' as place_code
    union all
    select place_code from {{ ref('int_calendar_places') }}
),

-- what a place says of a day comes before what its province says, and that before what all say
marked as (
    select distinct on (places.place_code, calendar_days.date_on)
        places.place_code,
        calendar_days.date_on,
        calendar_days.kind,
        calendar_days.name_vi
    from places
    inner join {{ ref('calendar_days') }} as calendar_days
        on
            calendar_days.place_code is null
            or calendar_days.place_code in (places.place_code, split_part(places.place_code, '.', 1))
    order by
        places.place_code asc,
        calendar_days.date_on asc,
        length(calendar_days.place_code) desc nulls last
),

classified as (
    select
        places.place_code,
        days.date_on,
        marked.name_vi as day_name_vi,
        case
            when marked.kind = 'holiday' then false
            when marked.kind = 'working_saturday' then true
            else extract(isodow from days.date_on) < 6
        end as is_working_day
    from days
    cross join places
    left join marked using (place_code, date_on)
)

select
    place_code,
    date_on,
    date_trunc('month', date_on)::date as period_month,
    day_name_vi,
    is_working_day,
    (count(*) filter (where is_working_day) over (partition by place_code order by date_on))::integer
        as working_day_index
from classified

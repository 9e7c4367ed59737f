{{ config(severity='error', warn_if='> 0', error_if='> 12') }}
-- One row for each of the coming fifteen months in whose year no day off of all places is known: due dates
-- lie ahead. Told while one is missing, and an error when three are left.
{%- set as_of = build_argument('as_of') %}

with clock as (
    select date_trunc('month', '{{ as_of }}'::timestamptz::timestamp) as month_on
)

select (clock.month_on + make_interval(months => ahead.months))::date as unknown_from
from clock
cross join generate_series(0, 15) as ahead (months)
where
    not exists (
        select 1
        from {{ ref('calendar_days') }} as known
        where
            known.place_code is null
            and extract(year from known.date_on)
            = extract(year from clock.month_on + make_interval(months => ahead.months))
    )

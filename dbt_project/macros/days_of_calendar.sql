{#
Two joins to the calendar of a place, by the name given; a place is told by `calendar_place`, '' = all places.

- calendar_day: the row of a day, which tells how many working days there were up to it.
- working_day: the working day that bears a number. The n-th working day after a day bears that day's number plus n.
#}
{% macro calendar_day(place, day, alias) -%}
left join {{ ref('int_calendar') }} as {{ alias }}
    on
        {{ place }} = {{ alias }}.place_code
        and {{ day }} = {{ alias }}.date_on
{%- endmacro %}

{% macro working_day(place, index, alias) -%}
left join {{ ref('int_calendar') }} as {{ alias }}
    on
        {{ alias }}.is_working_day
        and {{ place }} = {{ alias }}.place_code
        and {{ index }} = {{ alias }}.working_day_index
{%- endmacro %}

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

{#
The number of the working day on which a limit ends that began to run at `started_at`; null when it never began.

`counted` is the name of a row with the limit (time_limit, limit_working_days, same_day_cutoff_hour); `started` and
`last_day` are the calendar's rows of the day it began and of the day on which a calendar span is over.
#}
{% macro due_day_number(counted, started_at, started, last_day) -%}
case
            when {{ started_at }} is null then null
            -- at once, but for what came after the cut-off hour
            when {{ counted }}.time_limit = 0
                then
                    case
                        when
                            {{ started }}.is_working_day
                            and {{ started_at }}::time < make_time({{ counted }}.same_day_cutoff_hour, 0, 0)
                            then {{ started }}.working_day_index
                        else {{ started }}.working_day_index + 1
                    end
            when {{ counted }}.limit_working_days is not null
                then {{ started }}.working_day_index + {{ counted }}.limit_working_days
            when {{ last_day }}.is_working_day then {{ last_day }}.working_day_index
            else {{ last_day }}.working_day_index + 1
        end
{%- endmacro %}

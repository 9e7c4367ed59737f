{#
The place in `int_calendar` whose days an agency keeps: its own, else its province's, where the seed has
rows for them; '' = the calendar of all places.
#}
{% macro calendar_place(agency_code) -%}
    coalesce((
        select place.place_code
        from {{ ref('int_calendar_places') }} as place
        where place.place_code in ({{ agency_code }}, split_part({{ agency_code }}, '.', 1))
        order by length(place.place_code) desc
        limit 1
    ), '')
{%- endmacro %}

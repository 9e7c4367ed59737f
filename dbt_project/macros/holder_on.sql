{#
Joins `holder`, who bore a code on a day: a row only for codes that were given to another agency at some time.
So an agency's key is `coalesce(holder.agency_key, <the code>)`.
#}
{% macro holder_on(code, day, alias='holder') -%}
left join {{ ref('int_agency_holders') }} as {{ alias }}
    on
        {{ code }} = {{ alias }}.agency_code
        and {{ day }} >= {{ alias }}.held_from
        and {{ day }} < {{ alias }}.held_until
{%- endmacro %}

{#
The conditions, for a join's `on`, that let `codes`, an alias of int_portal_codes, mean what its rows of a
set say on `day`. A record without a day is read by the newest row.

Every translation of a portal's code goes through here, so that a code given another meaning from some
day on leaves what was recorded before as it is.
#}
{% macro code_in_force(codes, portal, code_set, day) -%}
    {{ codes }}.portal_code = '{{ portal }}'
            and {{ codes }}.code_set = '{{ code_set }}'
            and coalesce({{ day }}, '9999-12-31'::date) >= {{ codes }}.means_from
            and coalesce({{ day }}, '9999-12-31'::date) < {{ codes }}.means_until
{%- endmacro %}

{# Joins, by the name given, what a portal's code means on a day; a code without a meaning keeps its record. #}
{% macro meaning_on(code, portal, code_set, day, alias) -%}
left join {{ ref('int_portal_codes') }} as {{ alias }}
    on
        {{ code }} = {{ alias }}.code
        and {{ code_in_force(alias, portal, code_set, day) }}
{%- endmacro %}

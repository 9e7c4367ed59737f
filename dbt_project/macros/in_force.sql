{# The condition that a dated row of reference is in force on a day; an empty bound is open. #}
{% macro in_force(dated, day) -%}
    {{ day }} between coalesce({{ dated }}.valid_from, '-infinity'::date)
            and coalesce({{ dated }}.valid_to, 'infinity'::date)
{%- endmacro %}

{#
Joins, by the name given, the row of a rule in force on a day. A day without such a row keeps its record: what
counts then is a default, which stands where the rule's `value` is read.
#}
{% macro rule_on(rule_code, day, alias) -%}
left join {{ ref('rules') }} as {{ alias }}
    on
        {{ alias }}.rule_code = '{{ rule_code }}'
        and {{ in_force(alias, day) }}
{%- endmacro %}

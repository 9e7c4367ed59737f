{#
One row per measure of a wide model: its key columns, `measure` and `value`.
Every column that is not a key is a measure, so no list of measures exists anywhere.
A measure that is null in the wide row stays a row with a null value.
#}
{% macro unpivot_measures(relation, keys=['province_code', 'agency_code', 'period_month']) -%}
    select
        {% for key in keys %}wide.{{ key }},
        {% endfor -%}
        counted.key as measure,
        counted.value::bigint as value
    from {{ relation }} as wide
    cross join lateral jsonb_each_text(to_jsonb(wide) - array[{% for key in keys %}'{{ key }}'{% if not loop.last %}, {% endif %}{% endfor %}]) as counted
{%- endmacro %}

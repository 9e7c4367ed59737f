{# Rows of one key must not be in force on the same day. An empty bound is open. #}
{% test no_overlap(model, columns) %}
with numbered as (
    select
        {{ columns | join(', ') }},
        valid_from,
        daterange(valid_from, valid_to, '[]') as in_force,
        row_number() over () as row_no
    from {{ model }}
)

select
    {% for column in columns %}one.{{ column }},
    {% endfor -%}
    one.valid_from,
    other.valid_from as other_valid_from
from numbered as one
inner join numbered as other
    on
        {% for column in columns %}one.{{ column }} is not distinct from other.{{ column }}
        and {% endfor -%}
        one.row_no < other.row_no
        and one.in_force && other.in_force
{% endtest %}

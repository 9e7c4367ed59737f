{# Rows of one key must not be in force on the same day. An empty bound is open. #}
{% test no_overlap(model, columns) %}
select
    {% for column in columns %}one.{{ column }},
    {% endfor -%}
    one.valid_from,
    other.valid_from as other_valid_from
from {{ model }} as one
inner join {{ model }} as other
    on
        {% for column in columns %}one.{{ column }} is not distinct from other.{{ column }}
        and {% endfor -%}
        one.ctid < other.ctid
        and daterange(one.valid_from, one.valid_to, '[]') && daterange(other.valid_from, other.valid_to, '[]')
{% endtest %}

{#
A mart as its description says: those columns, in that order and of those types. `plainly` casts and no more, for a
view over columns whose lengths were looked at when their own table was filled; a reader's condition then reaches it.
#}
{% macro as_described(rows, plainly=false) -%}
select
    {% for name in model.columns %}
    {% if plainly %}made.{{ name }}::{{ model.columns[name].data_type }}{% else %}{{ of_type('made.' ~ name, model.columns[name].data_type) }}{% endif %} as {{ name }}{{ '' if loop.last else ',' }}
    {% endfor %}
from {{ rows }} as made
{%- endmacro %}

{# A mart as its description says: those columns, in that order and of those types. #}
{% macro as_described(rows) -%}
select
    {% for name in model.columns %}
    {{ of_type('made.' ~ name, model.columns[name].data_type) }} as {{ name }}{{ '' if loop.last else ',' }}
    {% endfor %}
from {{ rows }} as made
{%- endmacro %}

{#
A mart by month: the open months as just built, and the frozen ones as they were published. Its columns are those of
its description, in that order and of those types; both sides have them under the same names. The state of a frozen month
is cast plainly: so the planner sees by the table's check that it is 'frozen', and reads no row where it must not be.
#}
{% macro open_and_frozen(open_rows, frozen_rows) -%}
select
    {% for name in model.columns %}
    {% if name == 'is_latest_period' %}made.period_month = newest.latest_period_month{% else %}{{ of_type('made.' ~ name, model.columns[name].data_type) }}{% endif %} as {{ name }}{{ '' if loop.last else ',' }}
    {% endfor %}
from {{ open_rows }} as made
inner join {{ ref('dim_open_months') }} as month on made.period_month = month.period_month
cross join {{ ref('dim_latest_period') }} as newest
union all
select
    {% for name in model.columns %}
    {% if name == 'is_latest_period' %}frozen.period_month = newest.latest_period_month{% elif name == 'period_state' %}frozen.{{ name }}::{{ model.columns[name].data_type }}{% else %}{{ of_type('frozen.' ~ name, model.columns[name].data_type) }}{% endif %} as {{ name }}{{ '' if loop.last else ',' }}
    {% endfor %}
from {{ frozen_rows }} as frozen
cross join {{ ref('dim_latest_period') }} as newest
{%- endmacro %}

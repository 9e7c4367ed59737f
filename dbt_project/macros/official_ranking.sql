{#
The ranked agencies of the latest ended month, if `ranking` is the official one of that month: its `official_source` is
`source`. The columns are those of the model's description; those that the ranking lacks are empty.
#}
{% macro official_ranking(ranking, source, lacking=()) -%}
select
    {% for name, column in model.columns.items() %}
    {% if name in lacking %}null{% elif name.startswith('official_source') %}month.{{ name }}{% else %}ranking.{{ name }}{% endif %}::{{ column.data_type }} as {{ name }}{{ '' if loop.last else ',' }}
    {% endfor %}
from {{ ranking }} as ranking
inner join {{ ref('mart_dim_months') }} as month on ranking.period_month = month.period_month
where
    month.official_source = '{{ source }}'
    and ranking.is_latest_period
    and ranking.rank is not null
{%- endmacro %}

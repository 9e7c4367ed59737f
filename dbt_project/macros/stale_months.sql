{# The months of `months` that are made again, for an `in`. #}
{% macro stale_months(months) -%}
    (select stale.period_month from {{ months }} as stale where stale.is_stale)
{%- endmacro %}

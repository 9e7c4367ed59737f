{#
Pre-hook of what is made month by month: keeps the months that stand in `months`, drops those that are
made again, and those that are no longer assessed.

dbt's delete+insert drops only months for which there are new rows, and would keep the counts of a
month from which the last record has gone.
#}
{% macro forget_stale_months(months) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where period_month not in (select month.period_month from {{ months }} as month where not month.is_stale)
    {%- endif -%}
{%- endmacro %}

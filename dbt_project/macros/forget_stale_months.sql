{#
Pre-hook of the measures that are counted month by month: drops the months that are counted again.

dbt's delete+insert drops only months for which there are new rows, and would keep the counts of a
month from which the last record has gone.
#}
{% macro forget_stale_months() -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where period_month in (select month.period_month from {{ ref('ind_months_to_refresh') }} as month where month.is_stale)
    {%- endif -%}
{%- endmacro %}

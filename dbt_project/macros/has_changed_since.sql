{#
True unless `made`, what an earlier build noted by month, holds the stamp of this row's month. The row is
named `stamp`; without an earlier build everything has changed.
#}
{% macro has_changed_since(made) -%}
    {%- if made -%}
        not exists (
            select 1
            from {{ made }} as made
            where
                made.period_month = stamp.period_month
                and made.input_stamp = stamp.input_stamp
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

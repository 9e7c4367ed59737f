{#
Post-hook of every table: the next model is planned at once, and autovacuum would bring the statistics
a minute too late.

A table that only takes up changes is sampled less, for else each day would cost by its whole length.
Nothing is planned on a candidate mart.
#}
{% macro gather_statistics() -%}
    {%- if this.schema == 'marts_candidate' -%}
    {%- elif model.config.materialized == 'table' or (model.config.materialized == 'incremental' and not is_incremental()) -%}
        analyze {{ this }}
    {%- elif model.config.materialized == 'incremental' -%}
        set local default_statistics_target = 10;
        analyze {{ this }};
        reset default_statistics_target
    {%- endif -%}
{%- endmacro %}

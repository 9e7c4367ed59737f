{#
Post-hook of a table that takes up changes: the next model is planned at once, and autovacuum would bring the statistics
a minute too late. It is looked at when the changes are a tenth of it, for else each day would cost by its whole length.
#}
{% macro gather_statistics() -%}
    {%- if model.config.materialized == 'incremental' and took_up_a_tenth() -%}
        analyze {{ this }}
    {%- endif -%}
{%- endmacro %}

{% macro took_up_a_tenth() -%}
    {%- if not is_incremental() -%}
        {{- return(true) -}}
    {%- endif -%}
    {%- set size = run_query("select reltuples from pg_class where oid = '" ~ this ~ "'::regclass")[0][0] -%}
    {{- return(load_result('main').response.rows_affected * 10 >= size) -}}
{%- endmacro %}

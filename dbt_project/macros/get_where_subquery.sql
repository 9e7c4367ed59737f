{#
What a generic test looks at: of a mart by month the months that are not frozen. What is frozen was tested when it
was made, nobody can change it, and a day's tests must not take longer the more months there are. dbt calls this.
#}
{% macro get_where_subquery(relation) -%}
    {%- set tested = graph.nodes.get(model.attached_node) if execute and model.attached_node -%}
    {%- if tested and tested.path.startswith('marts/') and 'period_state' in tested.columns and not config.get('where') -%}
        (select * from {{ relation }} where period_state <> 'frozen') as open_months
    {%- else -%}
        {{ default__get_where_subquery(relation) }}
    {%- endif -%}
{%- endmacro %}

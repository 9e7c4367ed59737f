{#
A relation is named after its file. A mart that shares its name with a table of facts has a file of its own name, for
dbt knows a model by it alone: `mart_dim_agencies.sql` makes marts_candidate.dim_agencies.
#}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {{- custom_alias_name or node.name.removeprefix('mart_') -}}
{%- endmacro %}

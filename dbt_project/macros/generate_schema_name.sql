{#
A layer's schema is named after the layer, in every target. A build that makes months again aside from what readers
see puts all layers into the one schema that the environment names.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ env_var('DBT_ASIDE', '') or custom_schema_name or target.schema }}
{%- endmacro %}

{#
A layer's schema is named after the layer, in every target. A build that makes months again aside from what readers
see puts the layers below the marts into the one schema that the environment names.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set aside = env_var('DBT_ASIDE', '') if custom_schema_name != 'marts_candidate' -%}
    {{ aside or custom_schema_name or target.schema }}
{%- endmacro %}

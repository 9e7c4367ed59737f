{# The condition that a version was known by the `data_as_of` of this build. #}
{% macro is_known(alias='version') -%}
    {%- set known_by = build_argument('data_as_of') -%}
    {%- if known_by -%}
        {{ alias }}.known_from <= '{{ known_by }}'::timestamptz
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

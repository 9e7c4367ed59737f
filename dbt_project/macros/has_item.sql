{#
Whether a list of a record, as JSON, has an item for which a condition of a JSON path holds; no list has none.
A number may be text there.
#}
{% macro has_item(items, condition) -%}
    coalesce(jsonb_path_exists({{ items }}, '$[*] ? ({{ condition }})'), false)
{%- endmacro %}

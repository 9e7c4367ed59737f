{#
An instant that an office typed, or nothing when it cannot be true: a date after the change that tells of it
is a slip of the pen. The row is named `version`.
#}
{% macro typed_instant(column) -%}
    case when version.{{ column }} <= version.updated_at then version.{{ column }} end
{%- endmacro %}

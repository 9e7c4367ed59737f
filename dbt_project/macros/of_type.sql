{#
A value as a type. A cast to varchar(n) would cut a longer text without a word; the type's own reader, which
COPY and INSERT use as well, refuses it ("value too long for type character varying(20)").
PostgreSQL keeps the length as n + 4.
#}
{% macro of_type(value, data_type) -%}
{% if data_type.startswith('varchar(') -%}
varcharin(textout({{ value }}::text), 0, {{ data_type[8:-1] | int + 4 }})::{{ data_type }}
{%- else -%}
{{ value }}::{{ data_type }}
{%- endif %}
{%- endmacro %}

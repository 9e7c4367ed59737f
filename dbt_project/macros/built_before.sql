{#
The relation an earlier build left, or nothing when there is none or everything is built anew.

For the few models that compare with the state before this build. They stand upstream of what they
read, so a ref would close a circle.
#}
{% macro built_before(schema, identifier) -%}
    {%- if execute and not flags.FULL_REFRESH -%}
        {%- do return(adapter.get_relation(database=target.database, schema=schema, identifier=identifier)) -%}
    {%- endif -%}
    {%- do return(none) -%}
{%- endmacro %}

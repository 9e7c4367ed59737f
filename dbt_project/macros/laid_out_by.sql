{#
Lays the rows of a table that is made anew in the order of a column.

A build looks at the dossiers in hand alone. Where they came day by day they lie together; a table that is made anew
lays them among those of all years unless it is told so.
#}
{% macro laid_out_by(column) -%}
    {%- if not is_incremental() -%}
        order by {{ column }}
    {%- endif -%}
{%- endmacro %}

{#
What the description of a table promises of its rows (`constraints`), kept by the server: its key, columns that are never
empty, and the codes that a column may hold. A build stops at rows that break it, so no test asks for it again. dbt's
own way (a contract) wants the type of every column written down as well, which those of readers' tables have and others
do not need.
#}
{% macro add_constraints(relation, key_only=false) -%}
    {%- set actions = [] -%}
    {%- set key = primary_key() -%}
    {%- if key -%}
        {%- do actions.append('add constraint ' ~ key_name(relation) ~ ' primary key (' ~ key | join(', ') ~ ')') -%}
    {%- endif -%}
    {%- for column in model.columns.values() if not key_only -%}
        {%- for constraint in column.constraints -%}
            {%- if constraint.type == 'not_null' -%}
                {%- do actions.append('alter column ' ~ column.name ~ ' set not null') -%}
            {%- elif constraint.type == 'check' -%}
                {%- do actions.append('add check (' ~ constraint.expression ~ ')') -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if actions -%}
        alter table {{ relation }} {{ actions | join(', ') }};
    {%- endif -%}
{%- endmacro %}

{% macro drop_key(relation) -%}
    {%- if primary_key() -%}
        alter table {{ relation }} drop constraint if exists {{ key_name(relation) }};
    {%- endif -%}
{%- endmacro %}

{% macro key_name(relation) -%}
    {{ return(relation.identifier ~ '_pkey') }}
{%- endmacro %}

{# The columns of the key, as the model's description or that of one column has it; none when neither does. #}
{% macro primary_key() -%}
    {%- for constraint in model.constraints if constraint.type == 'primary_key' -%}
        {{- return(constraint.columns) -}}
    {%- endfor -%}
    {%- for column in model.columns.values() -%}
        {%- for constraint in column.constraints if constraint.type == 'primary_key' -%}
            {{- return([column.name]) -}}
        {%- endfor -%}
    {%- endfor -%}
    {{- return([]) -}}
{%- endmacro %}

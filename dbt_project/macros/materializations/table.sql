{#
A table whose predecessor's rows go in the same transaction: others see the old ones or the new ones, whole. dbt's own
makes it under another name and renames twice, so that readers are not kept waiting; of these tables there are none,
for what people read is moved into its place after the build.

Where the layers were made by the same code (the build is told `since` which versions), the table is filled anew and
stays: its columns are the same, and so the views over it and its comments need not be made again. Its key and indexes
are: rows that come one by one into an index cost twice what a new index costs.

The next model is planned at once, so the planner is told of the new rows in the same breath; a hook of its own for each
table would cost dbt as long as a small table does. A quarter of the usual sample does: these plans join whole tables.
#}
{% materialization table, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set stays = existing is not none and existing.is_table and build_argument('since') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') -%}
        {% if stays -%}
            {{ drop_key(target) }}
            {{ drop_indexes_of(target) }}
            {{ config.get('sql_header', '') }}
            truncate {{ target }};
            insert into {{ target }}
            {{ sql }}
        {%- else -%}
            {% if existing is not none -%}
                drop {{ existing.type }} if exists {{ target }} cascade;
            {%- endif %}
            {{ get_create_table_as_sql(False, target, sql) }}
        {%- endif %}
        ;
        {{ add_constraints(target, key_only=stays) }}
        set local default_statistics_target = 25;
        analyze {{ target }}
    {%- endcall %}
    {% do create_indexes(target) %}
    {% if not stays -%}
        {% do persist_docs(target, model) %}
    {%- endif %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro drop_indexes_of(relation) -%}
    {%- if config.get('indexes') -%}
        {%- set indexes -%}
            select indexrelid::regclass from pg_index
            where indrelid = '{{ relation }}'::regclass and not indisprimary
        {%- endset -%}
        {%- for index in run_query(indexes) %}
            drop index {{ index[0] }};
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

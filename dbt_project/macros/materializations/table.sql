{#
A table whose predecessor is dropped in the same transaction: others see the old one or the new one whole. dbt's own
makes it under another name and renames twice, so that readers are not kept waiting; of these tables there are none,
for what people read is moved into its place after the build.
#}
{% materialization table, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') -%}
        {% if existing is not none -%}
            drop {{ existing.type }} if exists {{ target }} cascade;
        {%- endif %}
        {{ get_create_table_as_sql(False, target, sql) }}
    {%- endcall %}
    {% do create_indexes(target) %}
    {% do persist_docs(target, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#
The `from … where` part of a staging view: the newest version of each record that the build knows,
unless that version says the record is gone (kept with `keep_deleted`). A stale version arrived after one
that changed later, and is never the newest. The raw row is named `version`.

Written as "no newer version exists", so that a join to a set of keys can use the key's index.
#}
{% macro newest_versions(relation, keys, keep_deleted=false) -%}
    from {{ relation }} as version
    where
        not version.is_stale
        {% if not keep_deleted %}and not version.is_deleted
        {% endif %}and not exists (
            select 1
            from {{ relation }} as newer
            where
                newer.province_code = version.province_code
                {% for key in keys %}and newer.{{ key }} = version.{{ key }}
                {% endfor -%}
                and not newer.is_stale
                and newer.version_id > version.version_id
                and {{ is_known(relation, 'newer') }}
        )
        and {{ is_known(relation) }}
{%- endmacro %}

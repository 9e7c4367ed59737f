{#
Two conditions on the versions of a raw table, by what the caller says of this build (`build_argument`):

- is_known: not newer than the newest version this build reads. Readings may go on while it runs.
- is_news: newer than what the last build had read that ended well with the same code and reference rows. A
  model that takes up changes asks this of the records it is made of, and of nothing else.

Both arguments are JSON, the newest version_id by raw table: {"provincial_portal__dossiers": 812}. A table that is
not named has no limit.
#}
{% macro is_known(relation, alias='version') -%}
    {%- set newest = fromjson(build_argument('versions') or '{}') -%}
    {%- if relation.identifier in newest -%}
        {{ alias }}.version_id <= {{ newest[relation.identifier] }}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{% macro is_news(table, alias='version') -%}
    {{ alias }}.version_id > {{ fromjson(build_argument('since') or '{}').get(table, 0) }}
{%- endmacro %}

{#
Three conditions on a month, by what the caller says of this build (`build_argument`):

- is_asked: the month is one of those that the build makes. Nothing said: every month that is not frozen.
- stands: the revision of a month was frozen before the build's moment, and the build does not make the month.
- came_before: the revision of a month was frozen before the build's moment, and the build makes the month again.

`months` is a JSON list of first days, ["2026-08-01"]; `frozen_before` an instant.
#}
{% macro is_asked(column) -%}
    {%- set months = fromjson(build_argument('months') or '[]') -%}
    {%- if months -%}
        {{ column }} in ({% for month in months %}'{{ month }}'::date{{ '' if loop.last else ', ' }}{% endfor %})
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{% macro stands(revision) -%}
    {%- if build_argument('months') -%}
        not {{ is_asked(revision ~ '.period_month') }}
        and {{ revision }}.frozen_at < '{{ build_argument('frozen_before') }}'::timestamptz
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{% macro came_before(revision) -%}
    {%- if build_argument('months') -%}
        {{ is_asked(revision ~ '.period_month') }}
        and {{ revision }}.frozen_at < '{{ build_argument('frozen_before') }}'::timestamptz
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

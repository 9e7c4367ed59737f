{#
What the caller says of this one build: `as_of`, `data_as_of`, `first_period`, `versions` or `since`; empty when it
says nothing.

It travels in the environment and is read when a model runs. A value of `--vars` that changes with every build
would make dbt parse the whole project again at every build.
#}
{% macro build_argument(name) -%}
    {{- return(env_var('DBT_BUILD_' ~ name | upper, '') if execute else '') -}}
{%- endmacro %}

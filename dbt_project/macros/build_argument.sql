{#
What the caller says of this one build, such as `as_of` or `versions` (dvc766.transform names all of them); empty when
it says nothing.

It travels in the environment and is read when a model runs. Where a value of `--vars` changes, dbt parses the whole
project again.
#}
{% macro build_argument(name) -%}
    {{- return(env_var('DBT_BUILD_' ~ name | upper, '') if execute else '') -}}
{%- endmacro %}

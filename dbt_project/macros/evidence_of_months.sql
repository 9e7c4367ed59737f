{#
The evidence of all months: of open ones as just built (revision 0), of frozen ones as each revision kept it.
`is_current` is true for what readers are shown of a month. What a frozen month rests on is read where it lies: views
of readers outlive a build, and a staging view does not.
#}
{% macro evidence_of_months(kind) -%}
select
    kept.*, -- noqa: AM04
    kept.revision = month.revision as is_current
from (
    select
        {% for name in evidence_columns(kind) %}made.{{ name }},
        {% endfor -%}
        0 as revision
    from {{ ref('open_' ~ kind ~ '_months') }} as made
    union all
    select
        {% for name in evidence_columns(kind) %}frozen.{{ name }},
        {% endfor -%}
        frozen.revision
    from {{ source('published', kind ~ '_months') }} as frozen
) as kept
inner join {{ ref('mart_dim_months') }} as month using (period_month)
{%- endmacro %}

{# The columns of a kind of evidence, as its open months describe them. #}
{% macro evidence_columns(kind) -%}
{{ return((graph.nodes.values() | selectattr('name', 'equalto', 'open_' ~ kind ~ '_months') | first).columns.keys() | list) if execute else return(['province_code']) }}
{%- endmacro %}

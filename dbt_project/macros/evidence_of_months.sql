{#
The evidence of all months: of open ones as just built (revision 0), of frozen ones as each revision kept it.
`is_current` is true for what a month rests on now. What a frozen month rests on is read where it lies: views of
readers outlive a build, and a staging view does not.
#}
{% macro evidence_of_months(kind) -%}
select
    {% for name in evidence_columns(kind) %}kept.{{ name }},
    {% endfor -%}
    0 as revision,
    true as is_current
from {{ ref('open_' ~ kind ~ '_months') }} as kept
union all
select
    {% for name in evidence_columns(kind) %}kept.{{ name }},
    {% endfor -%}
    kept.revision,
    kept.revision = newest.revision as is_current
from {{ source('published', kind ~ '_months') }} as kept
inner join (
    select
        frozen.period_month,
        max(frozen.revision) as revision
    from {{ source('published', 'revisions') }} as frozen
    group by frozen.period_month
) as newest using (period_month)
{%- endmacro %}

{# The columns of a kind of evidence, as its open months describe them. #}
{% macro evidence_columns(kind) -%}
{{ return((graph.nodes.values() | selectattr('name', 'equalto', 'open_' ~ kind ~ '_months') | first).columns.keys() | list) if execute else return(['province_code']) }}
{%- endmacro %}

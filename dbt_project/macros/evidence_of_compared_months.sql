{#
The evidence of the months whose scores are compared, and of the month before each: open ones as just built, frozen
ones as their newest revision kept it. Frozen months are many, and at most a few of them are asked for.
#}
{% macro evidence_of_compared_months(kind, columns) -%}
with months as (
    select distinct compared.period_month
    from {{ ref('ind_month_comparisons') }} as comparison
    cross join lateral (
        values (comparison.period_month), (comparison.previous_month)
    ) as compared (period_month)
    where comparison.comparison_status = 'compared'
)

select
    {% for name in columns %}made.{{ name }},
    {% endfor -%}
    made.period_month
from {{ ref('fct_' ~ kind ~ '_months') }} as made
inner join months on made.period_month = months.period_month
union all
select
    {% for name in columns %}kept.{{ name }},
    {% endfor -%}
    kept.period_month
from months
cross join lateral (
    select frozen.* -- noqa: AM04
    from {{ ref('stg_published__' ~ kind ~ '_months') }} as frozen
    where frozen.period_month = months.period_month
    -- a month by its key, and never every month that was ever frozen
    offset 0
) as kept
{%- endmacro %}

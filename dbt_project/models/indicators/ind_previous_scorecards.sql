{{ config(indexes=[{'columns': ['agency_code', 'period_month', 'indicator_code']}]) }}

{%- set told = [
    'group_code', 'group_name_vi', 'group_order', 'indicator_code', 'indicator_name_vi', 'indicator_order',
    'numerator', 'denominator', 'points', 'status',
] %}
{%- set sources = [
    ('ind_scorecards_monthly', true, true),
    ('stg_published__agency_scorecards', true, false),
    ('stg_published__first_scorecards', false, true),
] %}

with cards as (
    -- an open month was announced as it stands
    {% for relation, is_standing, is_announced in sources %}
        select
            card.agency_code,
            card.period_month,
            {% for name in told %}card.{{ name }},
            {% endfor -%}
            {{ is_standing }} as is_standing,
            {{ is_announced }} as is_announced
        from {{ ref(relation) }} as card
        -- known before the rows are read: the few months that are compared are found by key
        where
            card.period_month = any(
                array(select comparison.previous_month from {{ ref('ind_month_comparisons') }} as comparison)
            )
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    comparison.province_code,
    comparison.agency_code,
    comparison.period_month,
    card.indicator_code,
    min(card.group_code) as group_code,
    min(card.group_name_vi) as group_name_vi,
    min(card.group_order) as group_order,
    min(card.indicator_name_vi) as indicator_name_vi,
    min(card.indicator_order) as indicator_order,
    max(card.points) filter (where card.is_announced)::numeric(5, 2) as announced_points,
    max(card.points) filter (where card.is_standing)::numeric(5, 2) as points,
    max(card.numerator) filter (where card.is_standing) as numerator,
    max(card.denominator) filter (where card.is_standing) as denominator,
    max(card.status) filter (where card.is_standing) as status
from {{ ref('ind_month_comparisons') }} as comparison
inner join cards as card
    on
        comparison.agency_code = card.agency_code
        and comparison.previous_month = card.period_month
group by comparison.province_code, comparison.agency_code, comparison.period_month, card.indicator_code

{%- set parts = [
    ('restated_points', 'previous_points', 'announced_points'),
    ('rules_points', 'points_by_rules', 'previous_points'),
    ('mix_points', 'points_by_mix', 'points_by_rules'),
    ('facts_points', 'points', 'points_by_mix'),
    ('points_change', 'points', 'announced_points'),
] %}

with paired as (
    select
        province_code,
        agency_code,
        period_month,
        indicator_code,
        coalesce(card.indicator_name_vi, previous.indicator_name_vi) as indicator_name_vi,
        coalesce(card.indicator_order, previous.indicator_order) as indicator_order,
        coalesce(card.group_code, previous.group_code) as group_code,
        coalesce(card.group_name_vi, previous.group_name_vi) as group_name_vi,
        coalesce(card.group_order, previous.group_order) as group_order,
        previous.announced_points,
        previous.points as previous_points,
        -- the counts of the month before, by the definition of this month
        previous.numerator,
        previous.denominator,
        previous.status,
        card.zero_rule,
        card.target,
        card.max_points,
        card.points,
        card.indicator_code is not null and previous.status is not null as is_in_both
    from (
        select
            score.province_code,
            score.agency_code,
            score.period_month,
            score.indicator_code,
            score.indicator_name_vi,
            indicator.display_order as indicator_order,
            score.group_code,
            indicator.group_name_vi,
            indicator.group_display_order as group_order,
            score.zero_rule,
            score.target,
            score.max_points,
            score.points
        from {{ ref('ind_scores_monthly') }} as score
        inner join {{ ref('dim_months') }} as month on score.period_month = month.period_month
        inner join {{ ref('dim_indicators') }} as indicator
            on
                score.indicator_code = indicator.indicator_code
                and {{ in_force('indicator', 'month.last_on') }}
    ) as card
    full join {{ ref('ind_previous_scorecards') }} as previous
        using (province_code, agency_code, period_month, indicator_code)
),

scored as (
    select
        paired.*,
        case
            when paired.is_in_both then {{ score_points('paired') }}
            -- an indicator that only one of the months has is the rules' doing
            else paired.points
        end as points_by_rules
    from paired
),

stepped as (
    select
        scored.*,
        coalesce(mix.points, scored.points_by_rules) as points_by_mix,
        comparison.comparison_status,
        comparison.is_catalogue_break,
        comparison.comparison_status = 'compared' as is_compared
    from scored
    inner join {{ ref('ind_month_comparisons') }} as comparison
        using (province_code, agency_code, period_month)
    left join {{ ref('ind_mix_points') }} as mix
        using (province_code, agency_code, period_month, indicator_code)
)

select
    head.*, -- noqa: AM04
    stepped.group_code,
    stepped.group_name_vi,
    stepped.group_order,
    stepped.indicator_code,
    stepped.indicator_name_vi,
    stepped.indicator_order,
    stepped.comparison_status,
    comparison.name_vi as comparison_status_vi,
    stepped.is_catalogue_break,
    stepped.announced_points as previous_points,
    -- No points are 0 in a sum, as in the total. Each part ends where the next begins.
    {% for part, until, since in parts %}
        case
            when stepped.is_compared then coalesce(stepped.{{ until }}, 0) - coalesce(stepped.{{ since }}, 0)
        end::numeric(5, 2) as {{ part }},
    {% endfor %}
    stepped.points
from stepped
inner join {{ ref('ind_agency_heads_monthly') }} as head
    on
        stepped.province_code = head.connected_province_code
        and stepped.agency_code = head.agency_code
        and stepped.period_month = head.period_month
left join {{ ref('labels') }} as comparison
    on
        stepped.comparison_status = comparison.code
        and comparison.code_set = 'comparison_status'

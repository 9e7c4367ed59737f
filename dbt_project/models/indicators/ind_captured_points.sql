{{ config(materialized='view') }}

with read_metrics as (
    select
        capture.province_code,
        capture.agency_code,
        capture.period_month,
        capture.metric_code,
        metric.group_code,
        metric.indicator_code,
        metric.has_points,
        metric.portal_rounds,
        capture.numerator,
        capture.denominator,
        capture.points,
        capture.is_usable,
        capture.captured_at,
        (capture.period_month + interval '1 month')::date - 1 as last_on
    from {{ ref('fct_captures') }} as capture
    inner join {{ ref('portal_metrics') }} as metric using (metric_code)
    where {{ in_force('metric', 'capture.period_month') }}
),

judge_indicators as (
    select
        metric.*,
        indicator.max_points,
        indicator.target,
        indicator.zero_rule,
        case
            when (metric.numerator is null) <> (metric.denominator is null) then 'no_data'
            when coalesce(metric.denominator, 0) = 0 then 'no_cases'
            else 'scored'
        end as status
    from read_metrics as metric
    inner join {{ ref('dim_indicators') }} as indicator
        on
            metric.indicator_code = indicator.indicator_code
            and {{ in_force('indicator', 'metric.last_on') }}
),

score_indicators as (
    select
        judged.*,
        {{ score_points('judged') }} as rule_points,
        case
            when judged.status = 'scored' then {{ portal_points('judged') }}
            else {{ score_points('judged') }}
        end as portal_points
    from judge_indicators as judged
),

sum_groups as (
    select
        scored.province_code,
        scored.agency_code,
        scored.period_month,
        scored.group_code,
        count(*) as indicators,
        coalesce(sum(scored.rule_points), 0) as rule_points,
        coalesce(sum(scored.portal_points), 0) as portal_points
    from score_indicators as scored
    where scored.status <> 'no_data'
    group by scored.province_code, scored.agency_code, scored.period_month, scored.group_code
),

gather_points as (
    select
        scored.province_code,
        scored.agency_code,
        scored.period_month,
        scored.metric_code,
        scored.group_code,
        scored.indicator_code,
        scored.has_points,
        scored.is_usable,
        scored.numerator,
        scored.denominator,
        scored.points as captured_points,
        scored.rule_points,
        scored.portal_points,
        scored.captured_at
    from score_indicators as scored
    union all
    select
        total.province_code,
        total.agency_code,
        total.period_month,
        total.metric_code,
        total.group_code,
        null as indicator_code,
        total.has_points,
        total.is_usable,
        null as numerator,
        null as denominator,
        total.points as captured_points,
        summed.rule_points,
        summed.portal_points,
        total.captured_at
    from read_metrics as total
    inner join sum_groups as summed using (province_code, agency_code, period_month, group_code)
    where
        total.indicator_code is null
        -- a total without the counts of all its indicators says nothing
        and summed.indicators = (
            select count(*)
            from {{ ref('dim_indicators') }} as indicator
            where indicator.group_code = total.group_code and {{ in_force('indicator', 'total.last_on') }}
        )
)

select
    gathered.*, -- noqa: AM04
    case
        when not gathered.has_points then 'without_points'
        when coalesce(gathered.captured_points, -1) = coalesce(gathered.rule_points, -1) then 'equal'
        when gathered.captured_points = gathered.portal_points then 'portal_rounding'
        else 'unexplained'
    end as explanation
from gather_points as gathered

{{ config(materialized='view') }}

with read_captures as (
    select
        capture.province_code,
        capture.agency_code,
        capture.period_month,
        metric.indicator_code,
        metric.has_points,
        metric.portal_rounds,
        capture.numerator,
        capture.denominator,
        capture.points as published_points,
        (capture.captured_at at time zone 'Asia/Ho_Chi_Minh')::date as portal_captured_on
    from {{ ref('fct_captures') }} as capture
    inner join {{ ref('portal_metrics') }} as metric
        on
            capture.metric_code = metric.metric_code
            and {{ in_force('metric', 'capture.period_month') }}
    where metric.indicator_code is not null and capture.is_usable
),

compare_cells as (
    select
        ours.province_code,
        ours.agency_code,
        ours.period_month,
        ours.group_code,
        ours.indicator_code,
        ours.points as our_points,
        ours.numerator as our_numerator,
        ours.denominator as our_denominator,
        ours.max_points,
        ours.target,
        ours.zero_rule,
        capture.numerator,
        capture.denominator,
        capture.portal_rounds,
        capture.portal_captured_on,
        capture.has_points,
        capture.published_points,
        case when coalesce(capture.denominator, 0) = 0 then 'no_cases' else 'scored' end as status
    from {{ ref('ind_scores_monthly') }} as ours
    inner join read_captures as capture using (province_code, agency_code, period_month, indicator_code)
),

score_cells as (
    select
        cell.*,
        case when cell.status = 'scored' then {{ portal_points('cell') }} else {{ score_points('cell') }} end
            as computed_points
    from compare_cells as cell
)

select
    cell.*,
    case when cell.has_points then cell.published_points else cell.computed_points end as portal_points,
    coalesce(cell.numerator, 0) - coalesce(cell.our_numerator, 0) as more_counted,
    coalesce(cell.denominator, 0) - coalesce(cell.our_denominator, 0) as more_in_base
from score_cells as cell

{{ config(materialized='view') }}

with compare_cells as (
    select
        ours.province_code,
        ours.agency_code,
        ours.period_month,
        ours.group_code,
        ours.indicator_code,
        capture.metric_code,
        ours.points as our_points,
        ours.numerator as our_numerator,
        ours.denominator as our_denominator,
        capture.numerator,
        capture.denominator,
        (capture.captured_at at time zone 'Asia/Ho_Chi_Minh')::date as portal_captured_on,
        capture.portal_points as computed_points,
        case
            when capture.has_points then capture.captured_points
            else capture.portal_points
        end as portal_points
    from {{ ref('ind_scores_monthly') }} as ours
    inner join {{ ref('ind_captured_points') }} as capture
        using (province_code, agency_code, period_month, indicator_code)
    where
        capture.is_usable
        -- a metric that is shown empty says nothing; 0 of 0 does
        and coalesce(capture.denominator, capture.captured_points) is not null
)

select
    cell.*, -- noqa: AM04
    coalesce(cell.numerator, 0) - coalesce(cell.our_numerator, 0) as more_counted,
    coalesce(cell.denominator, 0) - coalesce(cell.our_denominator, 0) as more_in_base
from compare_cells as cell

{{ config(materialized='view') }}

with published as (
    select
        capture.province_code,
        capture.agency_code,
        capture.period_month,
        metric.group_code,
        capture.points,
        (capture.captured_at at time zone 'Asia/Ho_Chi_Minh')::date as portal_captured_on
    from {{ ref('fct_captures') }} as capture
    inner join {{ ref('portal_metrics') }} as metric
        on
            capture.metric_code = metric.metric_code
            and {{ in_force('metric', 'capture.period_month') }}
    where
        metric.indicator_code is null
        and capture.points is not null
),

ours as (
    select
        score.province_code,
        score.agency_code,
        score.period_month,
        score.group_code,
        coalesce(sum(score.points), 0) as points
    from {{ ref('ind_scores_monthly') }} as score
    group by score.province_code, score.agency_code, score.period_month, score.group_code
),

told as (
    select
        cell.province_code,
        cell.agency_code,
        cell.period_month,
        cell.group_code,
        sum(coalesce(cell.our_points, 0)) as our_points,
        sum(coalesce(cell.portal_points, 0)) as portal_points,
        (
            array_agg(
                cell.told_cause_code
                order by
                    cell.told_cause_code = 'equal',
                    abs(coalesce(cell.portal_points, 0) - coalesce(cell.our_points, 0)) desc,
                    cell.indicator_code
            )
        )[1] as cause_code,
        bool_and(cell.is_proved) as is_proved,
        max(cell.portal_captured_on) as portal_captured_on
    from {{ ref('ind_portal_causes') }} as cell
    group by cell.province_code, cell.agency_code, cell.period_month, cell.group_code
),

-- without a published total both sides are the sums of what was published of the group
compared as (
    select
        ours.province_code,
        ours.agency_code,
        ours.period_month,
        ours.group_code,
        case when published.points is null then told.our_points else ours.points end as our_points,
        coalesce(published.points, told.portal_points) as portal_points,
        coalesce(published.portal_captured_on, told.portal_captured_on) as portal_captured_on,
        told.cause_code,
        told.is_proved,
        published.points is null
        or published.points - ours.points = told.portal_points - told.our_points as is_told_by_indicators
    from ours
    left join published using (province_code, agency_code, period_month, group_code)
    left join told using (province_code, agency_code, period_month, group_code)
    where
        published.points is not null
        or told.group_code is not null
),

main_causes as (
    select distinct
        cell.province_code,
        cell.agency_code,
        cell.period_month,
        cell.main_cause_code
    from {{ ref('ind_portal_causes') }} as cell
)

select
    compared.province_code,
    compared.agency_code,
    compared.period_month,
    compared.group_code,
    compared.our_points,
    compared.portal_points,
    compared.portal_captured_on,
    case
        when compared.is_told_by_indicators then compared.cause_code
        when compared.portal_points = compared.our_points then 'equal'
        -- of a unit's online services the portal publishes the total alone
        when compared.cause_code is null then coalesce(main.main_cause_code, 'unexplained')
        else 'unexplained'
    end as cause_code,
    case
        when compared.is_told_by_indicators then compared.is_proved
        else compared.portal_points = compared.our_points
    end as is_proved
from compared
left join main_causes as main using (province_code, agency_code, period_month)

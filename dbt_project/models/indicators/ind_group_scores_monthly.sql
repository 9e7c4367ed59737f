with groups as (
    select
        score.province_code,
        score.agency_code,
        score.period_month,
        score.group_code,
        indicator.group_name_vi,
        indicator.group_display_order as group_order,
        sum(score.points)::numeric(5, 2) as points,
        sum(score.max_points)::numeric(5, 2) as max_points
    from {{ ref('ind_scores_monthly') }} as score
    inner join {{ ref('dim_months') }} as month on score.period_month = month.period_month
    inner join {{ ref('dim_indicators') }} as indicator
        on
            score.indicator_code = indicator.indicator_code
            and {{ in_force('indicator', 'month.last_on') }}
    group by
        score.province_code,
        score.agency_code,
        score.period_month,
        score.group_code,
        indicator.group_name_vi,
        indicator.group_display_order
),

headed as (
    select
        head.*,
        groups.group_code,
        groups.group_name_vi,
        groups.group_order,
        groups.points,
        groups.max_points
    from groups
    inner join {{ ref('ind_agency_heads_monthly') }} as head
        on
            groups.province_code = head.connected_province_code
            and groups.agency_code = head.agency_code
            and groups.period_month = head.period_month
),

peers as (
    select
        headed.connected_province_code,
        headed.period_month,
        headed.peer_group,
        headed.group_code,
        percentile_cont(0.5) within group (order by headed.points)::numeric(5, 2) as peer_median,
        percentile_cont(0.75) within group (order by headed.points)::numeric(5, 2) as peer_upper_quartile,
        max(headed.points)::numeric(5, 2) as peer_best
    from headed
    where headed.assessment_status = 'ranked'
    group by headed.connected_province_code, headed.period_month, headed.peer_group, headed.group_code
)

select
    headed.*, -- noqa: AM04
    (100 * headed.points / headed.max_points)::numeric(5, 2) as percent,
    case
        when headed.assessment_status = 'ranked' and headed.points is not null
            then rank() over (
                partition by
                    headed.connected_province_code,
                    headed.period_month,
                    headed.peer_group,
                    headed.group_code,
                    headed.assessment_status
                order by headed.points desc nulls last
            )
    end::integer as group_rank,
    peers.peer_median,
    peers.peer_upper_quartile,
    peers.peer_best
from headed
left join peers using (connected_province_code, period_month, peer_group, group_code)

with medians as (
    select
        score.province_code,
        score.period_month,
        score.peer_group,
        score.indicator_code,
        percentile_cont(0.5) within group (order by score.ratio)::numeric(7, 6) as peer_median_ratio
    from {{ ref('ind_scores_monthly') }} as score
    inner join {{ ref('ind_totals_monthly') }} as total using (province_code, agency_code, period_month)
    where total.assessment_status = 'ranked'
    group by score.province_code, score.period_month, score.peer_group, score.indicator_code
)

select
    head.*, -- noqa: AM04
    score.group_code,
    indicator.group_name_vi,
    indicator.group_display_order as group_order,
    score.indicator_code,
    score.indicator_name_vi,
    indicator.display_order as indicator_order,
    score.numerator,
    score.denominator,
    score.ratio::numeric(7, 6) as ratio,
    score.target,
    score.max_points,
    score.points,
    (score.max_points - score.points)::numeric(5, 2) as lost_points,
    median.peer_median_ratio,
    score.status,
    status.name_vi as status_vi,
    score.scope,
    scope.name_vi as scope_vi
from {{ ref('ind_scores_monthly') }} as score
inner join {{ ref('ind_agency_heads_monthly') }} as head
    on
        score.province_code = head.connected_province_code
        and score.agency_code = head.agency_code
        and score.period_month = head.period_month
inner join {{ ref('dim_months') }} as month on score.period_month = month.period_month
inner join {{ ref('dim_indicators') }} as indicator
    on
        score.indicator_code = indicator.indicator_code
        and {{ in_force('indicator', 'month.last_on') }}
left join medians as median
    on
        score.province_code = median.province_code
        and score.period_month = median.period_month
        and score.peer_group = median.peer_group
        and score.indicator_code = median.indicator_code
left join {{ ref('labels') }} as status
    on
        score.status = status.code
        and status.code_set = 'score_status'
left join {{ ref('labels') }} as scope
    on
        score.scope = scope.code
        and scope.code_set = 'scope'

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
        groups.*,
        head.peer_group,
        head.assessment_status
    from groups
    inner join {{ ref('ind_agency_heads_monthly') }} as head
        on
            groups.province_code = head.connected_province_code
            and groups.agency_code = head.agency_code
            and groups.period_month = head.period_month
),

peers as (
    select
        headed.province_code,
        headed.period_month,
        headed.peer_group,
        headed.group_code,
        percentile_cont(0.5) within group (order by headed.points)::numeric(5, 2) as peer_median,
        percentile_cont(0.75) within group (order by headed.points)::numeric(5, 2) as peer_upper_quartile,
        max(headed.points)::numeric(5, 2) as peer_best
    from headed
    where headed.assessment_status = 'ranked'
    group by headed.province_code, headed.period_month, headed.peer_group, headed.group_code
)

select
    head.province_code,
    head.period_month,
    head.period_label,
    head.period_sort,
    head.peer_group,
    head.peer_group_vi,
    head.agency_code,
    head.agency_name_vi,
    head.agency_sort_key,
    head.agency_search_text,
    head.lineage_code,
    head.display_order,
    headed.group_code,
    headed.group_name_vi,
    headed.group_order,
    headed.points,
    headed.max_points,
    (100 * headed.points / headed.max_points)::numeric(5, 2) as percent,
    case
        when headed.assessment_status = 'ranked' and headed.points is not null
            then rank() over (
                partition by
                    headed.province_code,
                    headed.period_month,
                    headed.peer_group,
                    headed.group_code,
                    headed.assessment_status
                order by headed.points desc nulls last
            )
    end::integer as group_rank,
    peers.peer_median,
    peers.peer_upper_quartile,
    peers.peer_best,
    head.assessment_status,
    head.assessment_status_vi,
    head.period_state,
    head.period_state_vi,
    head.is_provisional,
    head.revision
from headed
inner join {{ ref('ind_agency_heads_monthly') }} as head
    on
        headed.province_code = head.connected_province_code
        and headed.agency_code = head.agency_code
        and headed.period_month = head.period_month
left join peers
    on
        headed.province_code = peers.province_code
        and headed.period_month = peers.period_month
        and headed.peer_group = peers.peer_group
        and headed.group_code = peers.group_code

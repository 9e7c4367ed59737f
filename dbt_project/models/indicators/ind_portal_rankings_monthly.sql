with published as (
    select
        capture.province_code,
        capture.agency_code,
        capture.period_month,
        count(*) as groups,
        sum(capture.points)::numeric(5, 2) as score,
        max(capture.points) filter (where metric.group_code = 'CKMB') as transparency_points,
        max(capture.points) filter (where metric.group_code = 'TDGQ') as timeliness_points,
        max(capture.points) filter (where metric.group_code = 'DVCTT') as online_service_points,
        max(capture.points) filter (where metric.group_code = 'TTTT') as online_payment_points,
        max(capture.points) filter (where metric.group_code = 'MDSH') as digitisation_points,
        max(capture.points) filter (where metric.group_code = 'MDHL') as satisfaction_points,
        (max(capture.captured_at) at time zone 'Asia/Ho_Chi_Minh')::date as captured_on
    from {{ ref('fct_captures') }} as capture
    inner join {{ ref('portal_metrics') }} as metric
        on
            capture.metric_code = metric.metric_code
            and capture.period_month >= metric.valid_from
            and (metric.valid_to is null or capture.period_month <= metric.valid_to)
    where
        metric.indicator_code is null
        and capture.points is not null
    group by capture.province_code, capture.agency_code, capture.period_month
),

-- a sum that lacks a group is no score
judged as (
    select
        agency.province_code,
        agency.agency_code,
        agency.period_month,
        agency.peer_group,
        agency.last_on,
        case
            when agency.peer_group = 'province' then 'province'
            when published.groups is null then 'no_data'
            when published.groups < (select count(*) from {{ ref('criterion_groups') }}) then 'incomplete'
            else 'ranked'
        end as assessment_status,
        case
            when published.groups = (select count(*) from {{ ref('criterion_groups') }}) then published.score
        end as score,
        published.transparency_points,
        published.timeliness_points,
        published.online_service_points,
        published.online_payment_points,
        published.digitisation_points,
        published.satisfaction_points,
        published.captured_on
    from {{ ref('ind_assessed_agencies_monthly') }} as agency
    left join published
        on
            agency.province_code = published.province_code
            and agency.agency_code = published.agency_code
            and agency.period_month = published.period_month
),

ranked as (
    select
        judged.*,
        case
            when judged.assessment_status = 'ranked'
                then rank() over (
                    partition by
                        judged.province_code,
                        judged.period_month,
                        judged.peer_group,
                        judged.assessment_status
                    order by judged.score desc
                )
        end::integer as rank,
        (count(*) filter (where judged.assessment_status = 'ranked') over (
            partition by judged.province_code, judged.period_month, judged.peer_group
        ))::integer as ranked_agencies
    from judged
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
    ranked.rank,
    ranked.ranked_agencies,
    ranked.score,
    ranked.transparency_points,
    ranked.timeliness_points,
    ranked.online_service_points,
    ranked.online_payment_points,
    ranked.digitisation_points,
    ranked.satisfaction_points,
    ranked.captured_on,
    ranked.assessment_status,
    label.name_vi as assessment_status_vi,
    head.period_state,
    head.period_state_vi,
    head.is_provisional,
    head.revision,
    head.catalogue_version
from ranked
inner join {{ ref('ind_agency_heads_monthly') }} as head
    on
        ranked.province_code = head.connected_province_code
        and ranked.agency_code = head.agency_code
        and ranked.period_month = head.period_month
left join {{ ref('labels') }} as label
    on
        ranked.assessment_status = label.code
        and label.code_set = 'assessment_status'

with judge_announced as (
    -- a basis without a date cannot be judged; announced late once = late for the period
    select
        announcement.province_code,
        month.period_month,
        announcement.procedure_code,
        bool_and(announcement.decided_on <= announcement.announce_by_on) as is_on_time
    from {{ ref('fct_procedure_announcements') }} as announcement
    inner join {{ ref('dim_months') }} as month
        on announcement.decided_on between month.period_month and month.last_on
    where announcement.announce_by_on is not null
    group by announcement.province_code, month.period_month, announcement.procedure_code
),

judge_published as (
    select
        announcement.province_code,
        month.period_month,
        announcement.procedure_code,
        bool_and(coalesce(announcement.published_on <= announcement.publish_by_on, false)) as is_on_time
    from {{ ref('fct_procedure_announcements') }} as announcement
    inner join {{ ref('dim_months') }} as month
        on announcement.publish_by_on between month.period_month and month.judged_on
    group by announcement.province_code, month.period_month, announcement.procedure_code
),

count_announced as (
    select
        announced.province_code,
        announced.period_month,
        count(*) as procedures_announced,
        count(*) filter (where announced.is_on_time) as procedures_announced_on_time
    from judge_announced as announced
    group by announced.province_code, announced.period_month
),

count_published as (
    select
        published.province_code,
        published.period_month,
        count(*) as procedures_due_for_publication,
        count(*) filter (where published.is_on_time) as procedures_published_on_time
    from judge_published as published
    group by published.province_code, published.period_month
),

count_public as (
    select
        shown.province_code,
        shown.period_month,
        count(*) as procedures_public,
        count(*) filter (where shown.is_complete) as procedures_published_complete
    from {{ ref('fct_public_procedures') }} as shown
    group by shown.province_code, shown.period_month
)

select
    bridge.province_code,
    bridge.agency_code,
    bridge.period_month,
    coalesce(announced.procedures_announced, 0) as procedures_announced,
    coalesce(announced.procedures_announced_on_time, 0) as procedures_announced_on_time,
    coalesce(published.procedures_due_for_publication, 0) as procedures_due_for_publication,
    coalesce(published.procedures_published_on_time, 0) as procedures_published_on_time,
    coalesce(shown.procedures_public, 0) as procedures_public,
    coalesce(shown.procedures_published_complete, 0) as procedures_published_complete
from {{ ref('bridge_agencies_by_month') }} as bridge
left join count_announced as announced
    on
        bridge.province_code = announced.province_code
        and bridge.period_month = announced.period_month
left join count_published as published
    on
        bridge.province_code = published.province_code
        and bridge.period_month = published.period_month
left join count_public as shown
    on
        bridge.province_code = shown.province_code
        and bridge.period_month = shown.period_month
-- records of no agency belong to the province: one row per province and month
where bridge.recorded_agency_key = ''

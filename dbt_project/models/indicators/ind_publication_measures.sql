with count_announced as (
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

count_published as (
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

count_public as (
    select
        published.province_code,
        published.period_month,
        count(*) as procedures_public,
        count(*) filter (where published.is_complete) as procedures_published_complete
    from {{ ref('fct_public_procedures') }} as published
    group by published.province_code, published.period_month
)

select
    bridge.province_code,
    bridge.agency_code,
    bridge.period_month,
    (
        select count(*) from count_announced as announced
        where announced.province_code = bridge.province_code and announced.period_month = bridge.period_month
    ) as procedures_announced,
    (
        select count(*) from count_announced as announced
        where
            announced.province_code = bridge.province_code
            and announced.period_month = bridge.period_month
            and announced.is_on_time
    ) as procedures_announced_on_time,
    (
        select count(*) from count_published as published
        where published.province_code = bridge.province_code and published.period_month = bridge.period_month
    ) as procedures_due_for_publication,
    (
        select count(*) from count_published as published
        where
            published.province_code = bridge.province_code
            and published.period_month = bridge.period_month
            and published.is_on_time
    ) as procedures_published_on_time,
    coalesce(published.procedures_public, 0) as procedures_public,
    coalesce(published.procedures_published_complete, 0) as procedures_published_complete
from {{ ref('bridge_agencies_by_month') }} as bridge
left join count_public as published
    on
        bridge.province_code = published.province_code
        and bridge.period_month = published.period_month
-- records of no agency belong to the province: one row per province and month
where bridge.recorded_agency_code = ''

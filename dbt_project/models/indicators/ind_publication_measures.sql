with judged as (
    -- a basis without a date cannot be judged; announced late once = late for the period
    select
        announcement.province_code,
        month.period_month,
        announcement.procedure_code,
        'announced' as duty,
        bool_and(announcement.decided_on <= announcement.announce_by_on) as is_met
    from {{ ref('fct_procedure_announcements') }} as announcement
    inner join {{ ref('dim_months') }} as month
        on announcement.decided_on between month.period_month and month.last_on
    where announcement.announce_by_on is not null
    group by announcement.province_code, month.period_month, announcement.procedure_code
    union all
    select
        announcement.province_code,
        month.period_month,
        announcement.procedure_code,
        'published' as duty,
        bool_and(coalesce(announcement.published_on <= announcement.publish_by_on, false)) as is_met
    from {{ ref('fct_procedure_announcements') }} as announcement
    inner join {{ ref('dim_months') }} as month
        on announcement.publish_by_on between month.period_month and month.judged_on
    group by announcement.province_code, month.period_month, announcement.procedure_code
    union all
    select
        shown.province_code,
        shown.period_month,
        shown.procedure_code,
        'shown' as duty,
        shown.is_complete as is_met
    from {{ ref('fct_public_procedures') }} as shown
)

select
    bridge.province_code,
    bridge.agency_code,
    bridge.period_month,
    count(*) filter (where judged.duty = 'announced') as procedures_announced,
    count(*) filter (where judged.duty = 'announced' and judged.is_met) as procedures_announced_on_time,
    count(*) filter (where judged.duty = 'published') as procedures_due_for_publication,
    count(*) filter (where judged.duty = 'published' and judged.is_met) as procedures_published_on_time,
    count(*) filter (where judged.duty = 'shown') as procedures_public,
    count(*) filter (where judged.duty = 'shown' and judged.is_met) as procedures_published_complete
from {{ ref('bridge_agencies_by_month') }} as bridge
left join judged using (province_code, period_month)
-- records of no agency belong to the province: one row per province and month
where bridge.recorded_agency_key = ''
group by bridge.province_code, bridge.agency_code, bridge.period_month

{{ config(materialized='view') }}

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

-- null = the procedure has no such duty in the month; duties are the province's
select
    judged.province_code,
    province.agency_code,
    judged.period_month,
    judged.procedure_code,
    bool_and(judged.is_met) filter (where judged.duty = 'announced') as is_announced_on_time,
    bool_and(judged.is_met) filter (where judged.duty = 'published') as is_published_on_time,
    bool_and(judged.is_met) filter (where judged.duty = 'shown') as is_complete
from judged
inner join {{ ref('bridge_agencies_by_month') }} as province
    on
        judged.province_code = province.province_code
        and judged.period_month = province.period_month
        and province.recorded_agency_key = ''
group by judged.province_code, province.agency_code, judged.period_month, judged.procedure_code

-- 100 points are at stake for every agency in every month, where the provincial portal was ever read.
select
    agency.agency_code,
    agency.period_month,
    sum(spine.max_points) as max_points
from {{ ref('ind_assessed_agencies_monthly') }} as agency
left join {{ ref('ind_assessment_spine') }} as spine
    on
        agency.province_code = spine.province_code
        and agency.agency_code = spine.agency_code
        and agency.period_month = spine.period_month
where
    agency.province_code in (
        select reading.province_code
        from {{ ref('fct_portal_readings') }} as reading
        where reading.portal_code = 'provincial_portal'
    )
group by agency.agency_code, agency.period_month
having sum(spine.max_points) is distinct from 100

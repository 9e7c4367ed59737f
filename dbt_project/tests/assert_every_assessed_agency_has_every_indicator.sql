-- 100 points are at stake for every agency in every month.
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
group by agency.agency_code, agency.period_month
having sum(spine.max_points) is distinct from 100

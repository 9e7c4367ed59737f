select
    month.period_month,
    count(agency.agency_code) as provinces
from {{ ref('dim_months') }} as month
left join {{ ref('ind_assessed_agencies_monthly') }} as agency
    on
        month.period_month = agency.period_month
        and agency.peer_group = 'province'
group by month.period_month
having count(agency.agency_code) <> (
    select count(distinct connected.province_code) from {{ ref('dim_agencies') }} as connected
)

select
    filing.province_code,
    bearer.agency_code,
    filing.period_month,
    count(*) as dossiers_filed,
    count(*) filter (where filing.is_filed_online) as dossiers_filed_online
from {{ ref('fct_filing_months') }} as filing
{{ each_bearer('filing') }}
where bearer.agency_code is not null
group by filing.province_code, bearer.agency_code, filing.period_month

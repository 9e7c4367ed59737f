select
    filing.province_code,
    bearer.agency_code,
    filing.period_month,
    {{ filing_measures('filing') }}
from {{ ref('fct_filing_months') }} as filing
{{ each_bearer('filing') }}
where bearer.agency_code is not null
group by filing.province_code, bearer.agency_code, filing.period_month

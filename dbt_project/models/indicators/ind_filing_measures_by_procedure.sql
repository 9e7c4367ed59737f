with filed as (
    {{ evidence_of_compared_months('filing', [
        'province_code', 'reporting_agency_code', 'province_agency_code', 'procedure_code', 'is_filed_online',
    ]) }}
)

select
    filing.province_code,
    bearer.agency_code,
    filing.period_month,
    filing.procedure_code,
    {{ filing_measures('filing') }}
from filed as filing
{{ each_bearer('filing') }}
where bearer.agency_code is not null
group by filing.province_code, bearer.agency_code, filing.period_month, filing.procedure_code

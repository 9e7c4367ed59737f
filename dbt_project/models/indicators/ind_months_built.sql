-- Written after the measures, so that a failed build is done again.
-- depends_on: {{ ref('ind_dossier_measures') }}
-- depends_on: {{ ref('ind_filing_measures') }}
-- depends_on: {{ ref('ind_payment_measures') }}
-- depends_on: {{ ref('ind_petition_measures') }}

select
    month.period_month,
    month.input_stamp
from {{ ref('ind_months_to_refresh') }} as month

-- Written after the scores and totals have passed their tests, so that a failed build is done again.
-- depends_on: {{ ref('ind_scores_monthly') }}
-- depends_on: {{ ref('ind_totals_monthly') }}

select
    month.period_month,
    month.input_stamp
from {{ ref('ind_months_to_score') }} as month

select (inputs.last_period_month - interval '1 month')::date as latest_period_month
from {{ ref('int_build_inputs') }} as inputs

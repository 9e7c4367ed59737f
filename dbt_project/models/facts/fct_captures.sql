select
    capture.province_code,
    capture.agency_code,
    capture.metric_code,
    capture.period_month,
    capture.numerator,
    capture.denominator,
    capture.points,
    capture.max_points,
    capture.data_quality_status,
    -- both counts or neither, and no more than all: else the portal said something that cannot be
    (
        capture.numerator is null
        and capture.denominator is null
    )
    or coalesce(capture.numerator between 0 and capture.denominator, false) as is_usable,
    capture.captured_at
from {{ ref('stg_national_portal__evaluations') }} as capture
inner join {{ ref('dim_months') }} using (period_month)
where capture.period_kind = 'month'

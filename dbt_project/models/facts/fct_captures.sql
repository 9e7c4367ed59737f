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
    capture.captured_at
from {{ ref('stg_national_portal__evaluations') }} as capture
where capture.period_kind = 'month'

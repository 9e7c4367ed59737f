select
    total.agency_code,
    total.period_month,
    total.score,
    total.applicable_score
from {{ ref('ind_totals_monthly') }} as total
where
    total.score not between 0 and 100
    or total.applicable_score not between 0 and 100
    or total.score <> coalesce(total.transparency_points, 0)
    + coalesce(total.timeliness_points, 0)
    + coalesce(total.online_service_points, 0)
    + coalesce(total.online_payment_points, 0)
    + coalesce(total.digitisation_points, 0)
    + coalesce(total.satisfaction_points, 0)

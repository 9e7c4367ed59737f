select
    score.agency_code,
    score.period_month,
    score.indicator_code,
    score.points
from {{ ref('ind_scores_monthly') }} as score
where
    score.points < 0
    or score.points > score.max_points
    or (score.status = 'scored') <> (score.denominator > 0 and score.points is not null)
    or (score.status = 'no_data' and score.points is not null)
    or score.numerator > score.denominator

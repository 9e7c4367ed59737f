-- Missing is a row with a reason, and no score stands without its place in the spine.
select
    spine.agency_code,
    spine.period_month,
    spine.indicator_code
from {{ ref('ind_assessment_spine') }} as spine
full outer join {{ ref('ind_scores_monthly') }} as score
    on
        spine.province_code = score.province_code
        and spine.agency_code = score.agency_code
        and spine.period_month = score.period_month
        and spine.indicator_code = score.indicator_code
where
    spine.indicator_code is null
    or score.indicator_code is null

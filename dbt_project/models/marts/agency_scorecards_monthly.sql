select
    agency.agency_province_code as province_code,
    score.period_month,
    agency.peer_group,
    score.agency_code,
    agency.name_vi as agency_name_vi,
    score.group_code,
    score.indicator_code,
    score.indicator_name_vi,
    score.numerator,
    score.denominator,
    score.ratio,
    score.target,
    score.max_points,
    score.points,
    score.status,
    score.scope
from {{ ref('ind_scores_monthly') }} as score
inner join {{ ref('ind_totals_monthly') }} as agency
    on
        score.province_code = agency.province_code
        and score.agency_code = agency.agency_code
        and score.period_month = agency.period_month

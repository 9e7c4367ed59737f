select
    restatement.run_id,
    restatement.province_code,
    restatement.period_month,
    restatement.agency_code,
    restatement.indicator_code,
    restatement.revision,
    restatement.points_before,
    restatement.points_after,
    restatement.rank_before,
    restatement.rank_after,
    restatement.records,
    restatement.known_since
from {{ source('ops', 'restatements') }} as restatement

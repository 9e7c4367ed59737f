-- Missing is a row with a reason: every place of the spine has its score. Scores are made from places, and
-- none is there twice (a test of their key), so equal numbers mean that none was lost.
with count_rows as (
    select
        spine.period_month,
        count(*) as places,
        0 as scores
    from {{ ref('ind_assessment_spine') }} as spine
    group by spine.period_month
    union all
    select
        score.period_month,
        0 as places,
        count(*) as scores
    from {{ ref('ind_scores_monthly') }} as score
    group by score.period_month
)

select
    counted.period_month,
    sum(counted.places) as places,
    sum(counted.scores) as scores
from count_rows as counted
group by counted.period_month
having sum(counted.places) <> sum(counted.scores)

with neighbours as (
    select
        total.province_code,
        total.agency_code,
        total.period_month,
        total.score,
        min(total.score) over (
            partition by total.province_code, total.period_month, total.peer_group
            order by total.score desc
            groups between 1 preceding and 1 preceding
        ) as next_better_score,
        max(total.score) over (
            partition by total.province_code, total.period_month, total.peer_group
            order by total.score desc
            groups between 1 following and 1 following
        ) as next_worse_score
    from {{ ref('ind_totals_monthly') }} as total
    where total.assessment_status = 'ranked'
),

-- how many late dossiers would count in a measure, had they been on time
gains as (
    select
        pattern.province_code,
        pattern.agency_code,
        pattern.period_month,
        gained.measure,
        sum(pattern.dossiers) as dossiers
    from {{ ref('ind_dossier_patterns') }} as pattern
    cross join lateral unnest(pattern.measures_if_on_time) as gained (measure)
    group by pattern.province_code, pattern.agency_code, pattern.period_month, gained.measure
),

late as (
    select
        gain.province_code,
        gain.agency_code,
        gain.period_month,
        max(gain.dossiers) as dossiers
    from gains as gain
    group by gain.province_code, gain.agency_code, gain.period_month
),

-- one, two, three, … of them on time: first those that gain in every measure
step_up as (
    select
        neighbour.province_code,
        neighbour.agency_code,
        neighbour.period_month,
        neighbour.score,
        neighbour.next_better_score,
        step.dossiers,
        score.points as points_with,
        score.max_points,
        score.target,
        score.zero_rule,
        score.status,
        score.denominator,
        score.numerator + least(step.dossiers, gain.dossiers) as numerator
    from neighbours as neighbour
    inner join gains as gain using (province_code, agency_code, period_month)
    inner join late using (province_code, agency_code, period_month)
    inner join {{ ref('ind_assessment_spine') }} as spine
        on
            neighbour.province_code = spine.province_code
            and neighbour.agency_code = spine.agency_code
            and neighbour.period_month = spine.period_month
            and spine.value_agency_code = spine.agency_code
            and gain.measure = spine.numerator_measure
    inner join {{ ref('ind_scores_monthly') }} as score
        on
            spine.province_code = score.province_code
            and spine.agency_code = score.agency_code
            and spine.period_month = score.period_month
            and spine.indicator_code = score.indicator_code
    cross join lateral generate_series(1, late.dossiers) as step (dossiers)
    where neighbour.next_better_score is not null
),

sum_steps as (
    select
        stepped.province_code,
        stepped.agency_code,
        stepped.period_month,
        stepped.dossiers
    from step_up as stepped
    group by
        stepped.province_code,
        stepped.agency_code,
        stepped.period_month,
        stepped.dossiers,
        stepped.score,
        stepped.next_better_score
    having
        stepped.score + sum({{ score_points('stepped') }} - coalesce(stepped.points_with, 0))
        >= stepped.next_better_score
),

least_steps as (
    select
        enough.province_code,
        enough.agency_code,
        enough.period_month,
        min(enough.dossiers)::integer as dossiers
    from sum_steps as enough
    group by enough.province_code, enough.agency_code, enough.period_month
)

select
    neighbour.province_code,
    neighbour.agency_code,
    neighbour.period_month,
    (neighbour.next_better_score - neighbour.score)::numeric(5, 2) as points_to_next_rank,
    (neighbour.score - neighbour.next_worse_score)::numeric(5, 2) as points_to_rank_below,
    least_step.dossiers as dossiers_to_next_rank
from neighbours as neighbour
left join least_steps as least_step using (province_code, agency_code, period_month)

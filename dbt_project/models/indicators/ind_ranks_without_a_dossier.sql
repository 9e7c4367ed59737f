with peers as (
    select
        total.province_code,
        total.period_month,
        total.peer_group,
        array_agg(total.score order by total.score) as scores
    from {{ ref('ind_totals_monthly') }} as total
    where total.assessment_status = 'ranked'
    group by total.province_code, total.period_month, total.peer_group
),

-- the indicators in which a dossier of the pattern counts, and what is left of them without it
leave_out as (
    select
        pattern.province_code,
        pattern.agency_code,
        pattern.period_month,
        pattern.pattern_no,
        score.points as points_with,
        score.max_points,
        score.target,
        score.zero_rule,
        score.status as status_with,
        score.numerator - (spine.numerator_measure = any(pattern.measures))::integer as numerator,
        score.denominator - (spine.denominator_measure = any(pattern.measures))::integer as denominator
    from {{ ref('ind_dossier_patterns') }} as pattern
    inner join {{ ref('ind_assessment_spine') }} as spine
        on
            pattern.province_code = spine.province_code
            and pattern.agency_code = spine.agency_code
            and pattern.period_month = spine.period_month
            -- a value of the province moves all peers alike
            and spine.value_agency_code = spine.agency_code
            and array[spine.numerator_measure, spine.denominator_measure] && pattern.measures
    inner join {{ ref('ind_scores_monthly') }} as score
        on
            spine.province_code = score.province_code
            and spine.agency_code = score.agency_code
            and spine.period_month = score.period_month
            and spine.indicator_code = score.indicator_code
),

-- Materialized, they are sorted without the array of measures.
judge_cases as materialized (
    select
        left_out.*,
        case
            when left_out.status_with = 'no_data' then 'no_data'
            when coalesce(left_out.denominator, 0) = 0 then 'no_cases'
            else 'scored'
        end as status
    from leave_out as left_out
),

sum_changes as (
    select
        judged.province_code,
        judged.agency_code,
        judged.period_month,
        judged.pattern_no,
        sum(coalesce({{ score_points('judged') }}, 0) - coalesce(judged.points_with, 0)) as score_change
    from judge_cases as judged
    group by judged.province_code, judged.agency_code, judged.period_month, judged.pattern_no
),

rescored as (
    select
        pattern.province_code,
        pattern.agency_code,
        pattern.period_month,
        pattern.pattern_no,
        pattern.dossiers,
        pattern.first_dossier_code,
        total.peer_group,
        total.score as score_with,
        standing.rank as rank_with,
        -- without its only dossier in hand an agency is not ranked
        case
            when total.dossiers_in_hand > 1 or not 'dossiers_in_hand' = any(pattern.measures)
                then (total.score + coalesce(change.score_change, 0))::numeric(5, 2)
        end as score
    from {{ ref('ind_dossier_patterns') }} as pattern
    inner join {{ ref('ind_totals_monthly') }} as total using (province_code, agency_code, period_month)
    inner join {{ ref('ind_standings_monthly') }} as standing using (province_code, agency_code, period_month)
    left join sum_changes as change using (province_code, agency_code, period_month, pattern_no)
    where total.assessment_status = 'ranked'
)

select
    rescored.province_code,
    rescored.agency_code,
    rescored.period_month,
    rescored.pattern_no,
    rescored.dossiers,
    rescored.first_dossier_code,
    rescored.score,
    rescored.rank_with,
    -- 1 + the peers with more: all but those with as much or less, and but the agency itself
    (
        1 + cardinality(peers.scores) - width_bucket(rescored.score, peers.scores)
        - (rescored.score_with > rescored.score)::integer
    )::integer as rank
from rescored
inner join peers using (province_code, period_month, peer_group)

{{ config(indexes=[{'columns': ['agency_code', 'period_month', 'indicator_code']}]) }}

with both_months as (
    select
        comparison.province_code,
        comparison.agency_code,
        comparison.period_month,
        counted.indicator_code,
        counted.procedure_code,
        sum(counted.numerator) filter (where counted.period_month = comparison.period_month) as numerator,
        sum(counted.denominator) filter (where counted.period_month = comparison.period_month) as denominator,
        sum(counted.numerator) filter (where counted.period_month = comparison.previous_month)
            as previous_numerator,
        sum(counted.denominator) filter (where counted.period_month = comparison.previous_month)
            as previous_denominator
    from {{ ref('ind_month_comparisons') }} as comparison
    inner join {{ ref('ind_counts_by_procedure') }} as counted
        on
            comparison.province_code = counted.province_code
            and comparison.agency_code = counted.agency_code
            and counted.period_month in (comparison.period_month, comparison.previous_month)
    where comparison.comparison_status = 'compared'
    group by
        comparison.province_code,
        comparison.agency_code,
        comparison.period_month,
        counted.indicator_code,
        counted.procedure_code
),

weighted as (
    select
        score.province_code,
        score.agency_code,
        score.period_month,
        score.indicator_code,
        score.zero_rule,
        score.target,
        score.max_points,
        score.status,
        score.denominator,
        -- what divisions leave behind the twelfth decimal is nothing: three thirds are one, a tie is a tie
        round(
            sum(
                counted.denominator
                * coalesce(counted.previous_numerator, previous.numerator)::numeric(38, 20)
                / coalesce(counted.previous_denominator, previous.denominator)
            ),
            12
        ) as numerator
    from both_months as counted
    inner join {{ ref('ind_scores_monthly') }} as score
        using (province_code, agency_code, period_month, indicator_code)
    inner join {{ ref('ind_previous_scorecards') }} as previous
        using (province_code, agency_code, period_month, indicator_code)
    where
        score.status = 'scored'
        and previous.status = 'scored'
    group by
        score.province_code,
        score.agency_code,
        score.period_month,
        score.indicator_code,
        score.zero_rule,
        score.target,
        score.max_points,
        score.status,
        score.numerator,
        score.denominator,
        previous.numerator,
        previous.denominator
    -- what is known by procedure of a month is all that its score card counts, or it is not used
    having
        sum(counted.numerator) = score.numerator
        and sum(counted.denominator) = score.denominator
        and sum(counted.previous_numerator) = previous.numerator
        and sum(counted.previous_denominator) = previous.denominator
)

select
    weighted.province_code,
    weighted.agency_code,
    weighted.period_month,
    weighted.indicator_code,
    {{ score_points('weighted') }} as points
from weighted

with count_cases as (
    select
        spine.province_code,
        spine.agency_code,
        spine.period_month,
        spine.indicator_code,
        spine.indicator_name_vi,
        spine.group_code,
        spine.scope,
        spine.zero_rule,
        spine.max_points,
        spine.target,
        spine.needs_capture and numerator.value is null as is_missing,
        case
            when spine.needs_capture then numerator.value
            else coalesce(numerator.value, 0)
        end as numerator,
        case
            when spine.needs_capture then denominator.value
            else coalesce(denominator.value, 0)
        end as denominator
    from {{ ref('ind_assessment_spine') }} as spine
    left join {{ ref('ind_agency_measures_monthly') }} as numerator
        on
            spine.province_code = numerator.province_code
            and spine.value_agency_code = numerator.agency_code
            and spine.period_month = numerator.period_month
            and spine.numerator_measure = numerator.measure
    left join {{ ref('ind_agency_measures_monthly') }} as denominator
        on
            spine.province_code = denominator.province_code
            and spine.value_agency_code = denominator.agency_code
            and spine.period_month = denominator.period_month
            and spine.denominator_measure = denominator.measure
),

judge_cases as (
    select
        counted.*,
        case
            when counted.is_missing then 'no_data'
            when coalesce(counted.denominator, 0) = 0 then 'no_cases'
            else 'scored'
        end as status
    from count_cases as counted
)

select
    judged.province_code,
    judged.agency_code,
    judged.period_month,
    judged.indicator_code,
    judged.indicator_name_vi,
    judged.group_code,
    judged.scope,
    judged.zero_rule,
    judged.numerator,
    judged.denominator,
    round(judged.numerator::numeric / nullif(judged.denominator, 0), 6) as ratio,
    judged.target,
    judged.max_points,
    {{ score_points(
        'judged.numerator', 'judged.denominator', 'judged.target', 'judged.max_points',
        'judged.zero_rule', 'judged.status'
    ) }} as points,
    judged.status
from judge_cases as judged

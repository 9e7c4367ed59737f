{{ config(indexes=[{'columns': ['agency_code', 'period_month', 'indicator_code']}]) }}

with count_cases as (
    select
        spine.*,
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
),

score_cases as (
    select
        judged.*,
        {{ score_points('judged') }} as points
    from judge_cases as judged
)

select
    scored.province_code,
    scored.agency_code,
    scored.period_month,
    scored.agency_province_code,
    scored.peer_group,
    scored.agency_name_vi,
    scored.indicator_code,
    scored.indicator_name_vi,
    scored.group_code,
    scored.scope,
    scored.zero_rule,
    scored.numerator,
    scored.denominator,
    -- Readers are promised numeric(7, 6). A numerator ten times its denominator earns the same full points.
    case
        when scored.denominator > 0
            then least(round(scored.numerator::numeric / scored.denominator, 6), 9.999999)
    end as ratio,
    scored.target,
    scored.max_points,
    scored.points,
    scored.status,
    coalesce(scored.denominator > 0, false)
    or (scored.always_applies and scored.points is not null) as is_applicable
from score_cases as scored

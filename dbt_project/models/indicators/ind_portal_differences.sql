{{ config(materialized='table') }}

-- One cause, or two together, that make the portal's counts of ours; one alone may leave a small part open.
with known_effects as (
    select
        counted.province_code,
        counted.agency_code,
        counted.period_month,
        counted.indicator_code,
        counted.cause_code,
        counted.numerator_effect,
        counted.denominator_effect
    from {{ ref('ind_portal_count_effects') }} as counted
    union all
    select told.* -- noqa: AM04
    from {{ ref('ind_portal_figure_effects') }} as told
),

different as (
    select
        cell.*,
        case
            when abs(cell.more_counted) + abs(cell.more_in_base) >= least_difference.value::integer
                then greatest(
                    open_records.value::integer,
                    open_share.value::numeric * (abs(cell.more_counted) + abs(cell.more_in_base))
                )
        end as may_stay_open
    from {{ ref('ind_portal_cells') }} as cell
    inner join {{ ref('dim_months') }} as month using (period_month)
    {{ rule_on('cause_least_difference', 'month.last_on', 'least_difference') }}
    {{ rule_on('cause_open_records', 'month.last_on', 'open_records') }}
    {{ rule_on('cause_open_share', 'month.last_on', 'open_share') }}
    where cell.more_counted <> 0 or cell.more_in_base <> 0
),

find_matches as (
    select
        cell.province_code,
        cell.agency_code,
        cell.period_month,
        cell.indicator_code,
        one.cause_code,
        made.causes,
        abs(one.numerator_effect) + abs(one.denominator_effect) as moved,
        abs(cell.more_counted - made.numerator_effect) + abs(cell.more_in_base - made.denominator_effect)
            as records_left
    from different as cell
    inner join known_effects as one
        using (province_code, agency_code, period_month, indicator_code)
    left join known_effects as other
        on
            cell.province_code = other.province_code
            and cell.agency_code = other.agency_code
            and cell.period_month = other.period_month
            and cell.indicator_code = other.indicator_code
            and one.cause_code <> other.cause_code
    cross join
        lateral (
            values
            (1, one.numerator_effect, one.denominator_effect),
            (
                2,
                one.numerator_effect + other.numerator_effect,
                one.denominator_effect + other.denominator_effect
            )
        ) as made (causes, numerator_effect, denominator_effect)
    where
        abs(cell.more_counted - made.numerator_effect) + abs(cell.more_in_base - made.denominator_effect)
        <= case when made.causes = 1 then coalesce(cell.may_stay_open, 0) else 0 end
),

-- where several fit, the one that fits most cells of the month
count_support as (
    select
        matched.period_month,
        matched.cause_code,
        count(distinct matched.agency_code || '/' || matched.indicator_code) as cells
    from find_matches as matched
    where matched.causes = 1 and matched.records_left = 0
    group by matched.period_month, matched.cause_code
),

choose_causes as (
    select distinct on (matched.agency_code, matched.period_month, matched.indicator_code) matched.* -- noqa
    from find_matches as matched
    left join count_support as support using (period_month, cause_code)
    order by
        matched.agency_code asc,
        matched.period_month asc,
        matched.indicator_code asc,
        matched.records_left asc,
        matched.causes asc,
        support.cells desc nulls last,
        -- what counted otherwise says more than that something was counted anew
        (matched.cause_code = 'restated')::integer asc,
        matched.moved desc,
        matched.cause_code asc
)

select
    cell.*, -- noqa: AM04
    case
        when cell.more_counted <> 0 or cell.more_in_base <> 0 then coalesce(chosen.cause_code, 'unexplained')
        when coalesce(cell.portal_points, -1) = coalesce(cell.our_points, -1) then 'equal'
        when cell.portal_points = cell.computed_points and cell.denominator > 0 then 'portal_rounding'
        -- the same counts made other points
        else 'other_rules'
    end as cause_code,
    case
        when cell.more_counted <> 0 or cell.more_in_base <> 0
            then coalesce(chosen.records_left, abs(cell.more_counted) + abs(cell.more_in_base))
        else 0
    end::bigint as records_left
from {{ ref('ind_portal_cells') }} as cell
left join choose_causes as chosen using (province_code, agency_code, period_month, indicator_code)

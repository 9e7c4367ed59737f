{{ config(materialized='view') }}

with different as (
    select cell.* -- noqa: AM04
    from {{ ref('ind_portal_cells') }} as cell
    where cell.more_counted <> 0 or cell.more_in_base <> 0
),

-- of the province's duties, those for procedures under an agency's own authority
own_procedures as (
    select
        own.province_code,
        own.agency_code,
        own.period_month,
        duty.indicator_code,
        count(*) filter (where duty.is_met) as numerator,
        count(*) as denominator
    from {{ ref('fct_procedure_months') }} as own
    inner join {{ ref('fct_procedure_months') }} as whole
        on
            own.province_code = whole.province_code
            and own.province_agency_code = whole.agency_code
            and own.period_month = whole.period_month
            and own.procedure_code = whole.procedure_code
    cross join
        lateral (
            values
            ('1.1', whole.is_announced_on_time),
            ('1.2', whole.is_published_on_time),
            ('1.3', whole.is_complete)
        ) as duty (indicator_code, is_met)
    where
        own.is_under_authority
        and own.agency_code <> own.province_agency_code
        and duty.is_met is not null
    group by own.province_code, own.agency_code, own.period_month, duty.indicator_code
),

seen as (
    -- the portal's figures of an earlier day; of 1.4 our numerator is the portal's own
    select
        cell.*,
        'restated' as cause_code,
        case
            when cell.indicator_code = '1.4' then 0
            else coalesce(cell.numerator, 0) - coalesce(earlier.numerator, 0)
        end as numerator_effect,
        coalesce(cell.denominator, 0) - earlier.denominator as denominator_effect
    from different as cell
    inner join {{ ref('fct_capture_days') }} as earlier
        using (province_code, agency_code, period_month, metric_code)
    where earlier.captured_on < cell.portal_captured_on
    union all
    -- the portal's figures of a later day over the same dossiers in hand
    select
        cell.*,
        'restated' as cause_code,
        0 as numerator_effect,
        cell.denominator - later.denominator as denominator_effect
    from different as cell
    inner join {{ ref('ind_portal_cells') }} as later using (province_code, agency_code, period_month)
    where
        cell.indicator_code in ('2.1', '4.1', '4.2', '4.3', '4.4', '4.5b', '5.4')
        and later.indicator_code in ('2.1', '4.1', '4.2', '4.3', '4.4', '4.5b', '5.4')
        and later.portal_captured_on > cell.portal_captured_on
    union all
    -- our figures as an earlier revision of the month froze them
    select
        cell.*,
        'restated' as cause_code,
        coalesce(frozen.numerator, 0) - coalesce(cell.our_numerator, 0) as numerator_effect,
        coalesce(frozen.denominator, 0) - coalesce(cell.our_denominator, 0) as denominator_effect
    from different as cell
    inner join {{ ref('stg_published__earlier_scorecards') }} as frozen
        using (agency_code, period_month, indicator_code)
    union all
    -- of an agency without such procedures the portal shows 0 of 0
    select
        cell.*,
        'province_scope' as cause_code,
        coalesce(own.numerator, 0) - coalesce(cell.our_numerator, 0) as numerator_effect,
        coalesce(own.denominator, 0) - coalesce(cell.our_denominator, 0) as denominator_effect
    from different as cell
    inner join {{ ref('dim_months') }} as month using (period_month)
    inner join {{ ref('dim_indicators') }} as indicator
        on
            cell.indicator_code = indicator.indicator_code
            and {{ in_force('indicator', 'month.last_on') }}
            and indicator.scope = 'province'
    left join own_procedures as own
        on
            cell.province_code = own.province_code
            and cell.agency_code = own.agency_code
            and cell.period_month = own.period_month
            and cell.indicator_code = own.indicator_code
            and cell.denominator > 0
)

select distinct
    seen.province_code,
    seen.agency_code,
    seen.period_month,
    seen.indicator_code,
    seen.cause_code,
    seen.numerator_effect,
    seen.denominator_effect
from seen
where seen.numerator_effect <> 0 or seen.denominator_effect <> 0

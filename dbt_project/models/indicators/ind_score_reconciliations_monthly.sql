with dominant as (
    -- what cannot be counted record by record is most likely of the agency's own main cause
    select distinct on (cell.province_code, cell.agency_code, cell.period_month)
        cell.province_code,
        cell.agency_code,
        cell.period_month,
        cell.cause_code
    from {{ ref('ind_portal_differences') }} as cell
    where cell.cause_code not in ('equal', 'unexplained')
    order by
        cell.province_code asc,
        cell.agency_code asc,
        cell.period_month asc,
        abs(coalesce(cell.portal_points, 0) - coalesce(cell.our_points, 0)) desc,
        cell.indicator_code
),

cells as (
    select
        cell.*,
        cell.cause_code not in ('equal', 'unexplained') and cell.records_left = 0 as is_proved,
        case
            when
                cell.cause_code = 'unexplained'
                and cell.indicator_code in ('1.4', '3.2', '3.5', '3.5b', '4.5a')
                then coalesce(dominant.cause_code, 'unexplained')
            else cell.cause_code
        end as told_cause_code
    from {{ ref('ind_portal_differences') }} as cell
    left join dominant using (province_code, agency_code, period_month)
),

groups as (
    select
        cell.province_code,
        cell.agency_code,
        cell.period_month,
        cell.group_code,
        null::text as indicator_code,
        sum(coalesce(cell.our_points, 0)) as our_points,
        sum(coalesce(cell.portal_points, 0)) as portal_points,
        null::bigint as our_numerator,
        null::bigint as our_denominator,
        null::bigint as portal_numerator,
        null::bigint as portal_denominator,
        null::bigint as records_left,
        (
            array_agg(
                cell.told_cause_code
                order by
                    cell.told_cause_code = 'equal',
                    abs(coalesce(cell.portal_points, 0) - coalesce(cell.our_points, 0)) desc,
                    cell.indicator_code
            )
        )[1] as cause_code,
        bool_and(cell.is_proved or cell.told_cause_code = 'equal') as is_proved,
        max(cell.portal_captured_on) as portal_captured_on
    from cells as cell
    group by cell.province_code, cell.agency_code, cell.period_month, cell.group_code
),

gathered as (
    select
        cell.province_code,
        cell.agency_code,
        cell.period_month,
        cell.group_code,
        cell.indicator_code,
        cell.our_points,
        cell.portal_points,
        cell.our_numerator,
        cell.our_denominator,
        cell.numerator as portal_numerator,
        cell.denominator as portal_denominator,
        cell.records_left,
        cell.told_cause_code as cause_code,
        cell.is_proved,
        cell.portal_captured_on
    from cells as cell
    union all
    select by_group.* -- noqa: AM04
    from groups as by_group
)

select
    head.province_code,
    head.period_month,
    head.period_state,
    head.is_provisional,
    head.revision,
    head.agency_code,
    head.agency_name_vi,
    gathered.group_code,
    gathered.indicator_code,
    -- a key without nulls: a group's row has its group's code here
    coalesce(gathered.indicator_code, gathered.group_code) as row_code,
    gathered.our_points,
    gathered.portal_points,
    coalesce(gathered.portal_points, 0) - coalesce(gathered.our_points, 0) as difference,
    gathered.our_numerator,
    gathered.our_denominator,
    gathered.portal_numerator,
    gathered.portal_denominator,
    gathered.records_left,
    gathered.cause_code,
    cause.name_vi as cause_vi,
    gathered.is_proved,
    gathered.portal_captured_on
from gathered
inner join {{ ref('ind_agency_heads_monthly') }} as head
    on
        gathered.province_code = head.connected_province_code
        and gathered.agency_code = head.agency_code
        and gathered.period_month = head.period_month
left join {{ ref('labels') }} as cause
    on
        gathered.cause_code = cause.code
        and cause.code_set = 'difference_cause'

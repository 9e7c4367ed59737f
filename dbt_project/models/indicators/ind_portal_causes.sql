{{ config(materialized='view') }}

with main_causes as (
    -- what cannot be counted record by record is most likely of the agency's own main cause
    select distinct on (cell.province_code, cell.agency_code, cell.period_month)
        cell.province_code,
        cell.agency_code,
        cell.period_month,
        cell.cause_code
    from {{ ref('ind_portal_differences') }} as cell
    inner join {{ ref('ind_portal_count_effects') }}
        using (province_code, agency_code, period_month, indicator_code, cause_code)
    where cell.cause_code <> 'petition_unassigned'
    order by
        cell.province_code asc,
        cell.agency_code asc,
        cell.period_month asc,
        abs(coalesce(cell.portal_points, 0) - coalesce(cell.our_points, 0)) desc,
        cell.indicator_code
)

select
    cell.*, -- noqa: AM04
    main.cause_code as main_cause_code,
    case
        when
            cell.cause_code = 'unexplained'
            and cell.indicator_code in ('1.4', '3.2', '3.5', '3.5b', '4.5a')
            then coalesce(main.cause_code, 'unexplained')
        else cell.cause_code
    end as told_cause_code,
    cell.cause_code not in ('unexplained', 'other_rules') and cell.records_left = 0 as is_proved
from {{ ref('ind_portal_differences') }} as cell
left join main_causes as main using (province_code, agency_code, period_month)

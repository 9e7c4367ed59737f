with gathered as (
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
    from {{ ref('ind_portal_causes') }} as cell
    union all
    select
        total.province_code,
        total.agency_code,
        total.period_month,
        total.group_code,
        null as indicator_code,
        total.our_points,
        total.portal_points,
        null as our_numerator,
        null as our_denominator,
        null as portal_numerator,
        null as portal_denominator,
        null as records_left,
        total.cause_code,
        total.is_proved,
        total.portal_captured_on
    from {{ ref('ind_portal_group_differences') }} as total
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

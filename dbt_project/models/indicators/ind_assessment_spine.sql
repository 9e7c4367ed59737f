{{ config(materialized='view') }}

select
    agency.province_code,
    agency.agency_code,
    agency.period_month,
    agency.agency_province_code,
    agency.peer_group,
    agency.name_vi as agency_name_vi,
    indicator.indicator_code,
    indicator.name_vi as indicator_name_vi,
    indicator.group_code,
    indicator.numerator_measure,
    indicator.denominator_measure,
    indicator.zero_rule,
    indicator.scope,
    indicator.needs_capture,
    indicator.always_applies,
    indicator.max_points,
    indicator.target,
    case
        when indicator.scope = 'province' then agency.province_agency_code
        else agency.agency_code
    end as value_agency_code
from {{ ref('ind_assessed_agencies_monthly') }} as agency
inner join {{ ref('dim_indicators') }} as indicator
    on
        agency.last_on >= indicator.valid_from
        and (indicator.valid_to is null or agency.last_on <= indicator.valid_to)
-- without the provincial portal nobody knows a dossier, and 0 would be a lie
where
    agency.province_code in (
        select reading.province_code
        from {{ ref('fct_portal_readings') }} as reading
        where reading.portal_code = 'provincial_portal'
    )

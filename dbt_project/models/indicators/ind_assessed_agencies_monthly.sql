with find_absorptions as (
    select distinct
        succession.successor_code,
        date_trunc('month', succession.effective_on)::date as period_month
    from {{ ref('agency_successions') }} as succession
)

select
    agency.province_code,
    agency.agency_code,
    agency.agency_key,
    month.period_month,
    agency.agency_province_code,
    agency.name_vi,
    agency.peer_group,
    agency.display_order,
    province.agency_code as province_agency_code,
    month.last_on,
    month.catalogue_version,
    absorption.successor_code is not null as has_absorbed_another
from {{ ref('dim_agencies') }} as agency
inner join {{ ref('dim_months') }} as month
    on
        (agency.valid_from is null or agency.valid_from <= month.last_on)
        and (agency.valid_to is null or agency.valid_to >= month.last_on)
inner join {{ ref('bridge_agencies_by_month') }} as province
    on
        agency.province_code = province.province_code
        and month.period_month = province.period_month
        and province.recorded_agency_key = ''
left join find_absorptions as absorption
    on
        agency.agency_code = absorption.successor_code
        and month.period_month = absorption.period_month
where
    -- of the connected province and those it took over, only the one that exists in the month
    agency.peer_group <> 'province'
    or agency.agency_code = province.agency_code

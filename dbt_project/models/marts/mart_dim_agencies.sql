{{ config(alias='dim_agencies') }}

select
    agency.agency_province_code as province_code,
    agency.agency_code,
    agency.name_vi as agency_name_vi,
    agency.peer_group,
    agency.parent_agency_code,
    agency.display_order,
    agency.valid_from,
    agency.valid_to,
    agency.is_listed
from {{ ref('dim_agencies') }} as agency

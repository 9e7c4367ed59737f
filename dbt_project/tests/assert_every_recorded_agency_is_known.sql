{{ config(severity='warn') }}
-- Records of these codes count for the province alone until a row of the agencies' seed, or the
-- national portal's list, gives the code a peer group.
select
    bridge.recorded_agency_code,
    min(bridge.period_month) as first_month,
    count(*) as dossier_months
from {{ ref('fct_dossier_months') }} as dossier
inner join {{ ref('bridge_agencies_by_month') }} as bridge
    on
        dossier.province_code = bridge.province_code
        and dossier.agency_code = bridge.recorded_agency_code
        and dossier.period_month = bridge.period_month
        and bridge.field_code = ''
where
    bridge.agency_code like '%.khac'
    and bridge.recorded_agency_code not like '%.khac'
group by bridge.recorded_agency_code

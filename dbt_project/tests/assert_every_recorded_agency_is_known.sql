{{ config(severity='warn', meta={'tell_rows': true}) }}
-- Records of these codes count for the province alone until a row of the agencies' seed, or the
-- national portal's list, gives the code a peer group.
select distinct bridge.recorded_agency_key
from {{ ref('bridge_agencies_by_month') }} as bridge
where
    bridge.period_month = (select max(newest.period_month) from {{ ref('dim_months') }} as newest)
    and bridge.agency_code like '%.khac'
    and bridge.recorded_agency_key not like '%.khac'

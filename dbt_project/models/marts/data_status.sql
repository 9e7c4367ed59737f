{{ config(materialized='view') }}

select
    status.province_code,
    status.period_month,
    month.period_label,
    month.period_state,
    true as is_provisional,
    month.is_latest_period,
    0 as revision,
    status.catalogue_version,
    status.agencies,
    status.ranked_agencies,
    status.indicators_without_data,
    status.dossiers_in_hand,
    status.dossiers_received,
    status.dossiers_filed,
    status.dossiers_without_deadline,
    status.dossiers_of_unlisted_agencies,
    status.dossiers_of_ended_agencies,
    status.late_dossiers_of_ended_agencies,
    status.payments,
    status.petitions_in_hand,
    status.national_portal_read_at,
    status.provincial_portal_read_at,
    status.checks_failed,
    status.is_synthetic,
    status.data_as_of
from {{ ref('ind_data_status_monthly') }} as status
inner join {{ ref('dim_open_months') }} as month
    on status.period_month = month.period_month
union all
select
    frozen.province_code,
    frozen.period_month,
    frozen.period_label,
    frozen.period_state,
    frozen.is_provisional,
    frozen.period_month = newest.latest_period_month as is_latest_period,
    frozen.revision,
    frozen.catalogue_version,
    frozen.agencies,
    frozen.ranked_agencies,
    frozen.indicators_without_data,
    frozen.dossiers_in_hand,
    frozen.dossiers_received,
    frozen.dossiers_filed,
    frozen.dossiers_without_deadline,
    frozen.dossiers_of_unlisted_agencies,
    frozen.dossiers_of_ended_agencies,
    frozen.late_dossiers_of_ended_agencies,
    frozen.payments,
    frozen.petitions_in_hand,
    frozen.national_portal_read_at,
    frozen.provincial_portal_read_at,
    frozen.checks_failed,
    frozen.is_synthetic,
    frozen.data_as_of
from {{ ref('stg_published__data_status') }} as frozen
cross join {{ ref('dim_latest_period') }} as newest

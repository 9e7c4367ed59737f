select
    agency.province_code as connected_province_code,
    agency.agency_province_code as province_code,
    agency.period_month,
    month.period_label,
    to_char(agency.period_month, 'YYYYMM')::integer as period_sort,
    agency.peer_group,
    peer.name_vi as peer_group_vi,
    agency.agency_code,
    agency.name_vi as agency_name_vi,
    name.sort_key as agency_sort_key,
    name.search_text as agency_search_text,
    coalesce(lineage.lineage_code, agency.agency_code) as lineage_code,
    agency.display_order,
    total.dossiers_in_hand,
    standing.is_small_base,
    total.assessment_status,
    assessment.name_vi as assessment_status_vi,
    month.period_state,
    state.name_vi as period_state_vi,
    true as is_provisional,
    0 as revision,
    agency.catalogue_version,
    inputs.data_as_of_local_at
from {{ ref('ind_assessed_agencies_monthly') }} as agency
inner join {{ ref('dim_months') }} as month using (period_month)
inner join {{ ref('ind_inputs_monthly') }} as inputs using (period_month)
left join {{ ref('ind_totals_monthly') }} as total using (province_code, agency_code, period_month)
left join {{ ref('ind_standings_monthly') }} as standing using (province_code, agency_code, period_month)
inner join {{ ref('dim_agency_names') }} as name on agency.name_vi = name.name_vi
left join {{ ref('dim_agency_lineages') }} as lineage on agency.agency_key = lineage.agency_key
left join {{ ref('labels') }} as peer
    on
        agency.peer_group = peer.code
        and peer.code_set = 'peer_group'
left join {{ ref('labels') }} as assessment
    on
        total.assessment_status = assessment.code
        and assessment.code_set = 'assessment_status'
left join {{ ref('labels') }} as state
    on
        month.period_state = state.code
        and state.code_set = 'period_state'

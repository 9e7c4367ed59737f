{{ config(materialized='view') }}

select
    head.province_code,
    head.period_month,
    head.period_label,
    head.period_sort,
    head.peer_group,
    head.peer_group_vi,
    head.agency_code,
    head.agency_name_vi,
    head.agency_sort_key,
    head.agency_search_text,
    head.lineage_code,
    head.display_order,
    correction.correction_id,
    correction.portal_code,
    correction.portal_vi,
    correction.indicator_code,
    correction.valid_from,
    correction.valid_to,
    correction.reason_code,
    correction.reason_vi,
    correction.what_vi,
    correction.evidence,
    correction.reported_on,
    correction.status,
    correction.status_vi,
    correction.is_open,
    correction.effect_points,
    correction.effect_cases,
    correction.legal_basis,
    correction.expect_measure,
    correction.expect_figure,
    correction.expect_agency,
    correction.expect_month,
    correction.expect_value,
    correction.shown_value,
    correction.guard_state,
    correction.guard_state_vi,
    correction.has_outlived_error,
    head.period_state,
    head.period_state_vi,
    head.is_provisional,
    head.revision
from {{ ref('ind_source_corrections') }} as correction
inner join {{ ref('ind_agency_heads_monthly') }} as head
    on
        correction.valid_from < (head.period_month + interval '1 month')::date
        and coalesce(correction.valid_to >= head.period_month, true)
        and (correction.agency_code is null or correction.agency_code = head.agency_code)

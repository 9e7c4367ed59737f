with count_agencies as (
    select
        agency.province_code,
        agency.period_month,
        count(*) filter (where agency.peer_group <> 'province') as agencies,
        count(*) filter (where total.assessment_status = 'ranked') as ranked_agencies
    from {{ ref('ind_assessed_agencies_monthly') }} as agency
    left join {{ ref('ind_totals_monthly') }} as total using (province_code, agency_code, period_month)
    group by agency.province_code, agency.period_month
),

count_missing as (
    select
        score.province_code,
        score.period_month,
        count(*) filter (where score.status = 'no_data') as indicators_without_data
    from {{ ref('ind_scores_monthly') }} as score
    group by score.province_code, score.period_month
),

count_payments as (
    select
        payment.province_code,
        date_trunc('month', payment.paid_on)::date as period_month,
        count(*) as payments
    from {{ ref('fct_payments') }} as payment
    where payment.is_successful
    group by payment.province_code, date_trunc('month', payment.paid_on)::date
),

find_readings as (
    select
        reading.province_code,
        max(reading.read_at) filter (where reading.portal_code = 'national_portal')
        at time zone 'Asia/Ho_Chi_Minh' as national_portal_read_local_at,
        max(reading.read_at) filter (where reading.portal_code = 'provincial_portal')
        at time zone 'Asia/Ho_Chi_Minh' as provincial_portal_read_local_at
    from {{ ref('fct_portal_readings') }} as reading
    group by reading.province_code
),

find_provinces as (
    select
        bridge.province_code,
        bridge.period_month,
        bridge.agency_code
    from {{ ref('bridge_agencies_by_month') }} as bridge
    where bridge.recorded_agency_key = ''
)

select
    province.agency_code as province_code,
    province.period_month,
    month.period_label,
    to_char(province.period_month, 'YYYYMM')::integer as period_sort,
    month.period_state,
    state.name_vi as period_state_vi,
    true as is_provisional,
    0 as revision,
    month.catalogue_version,
    agency.agencies::integer as agencies,
    agency.ranked_agencies::integer as ranked_agencies,
    missing.indicators_without_data::integer as indicators_without_data,
    coalesce(dossier.dossiers_in_hand, 0) as dossiers_in_hand,
    coalesce(dossier.dossiers_received, 0) as dossiers_received,
    coalesce(filing.dossiers_filed, 0) as dossiers_filed,
    coalesce(dossier.dossiers_without_deadline, 0) as dossiers_without_deadline,
    coalesce(unlisted.dossiers_in_hand, 0) as dossiers_of_unlisted_agencies,
    coalesce(ended.dossiers_in_hand, 0) as dossiers_of_ended_agencies,
    coalesce(ended.dossiers_in_hand_timed - ended.dossiers_in_hand_on_time, 0)
        as late_dossiers_of_ended_agencies,
    coalesce(payment.payments, 0) as payments,
    coalesce(petition.petitions_in_hand, 0) as petitions_in_hand,
    read.national_portal_read_local_at,
    read.provincial_portal_read_local_at,
    (select count(*) from {{ ref('fct_failed_checks') }})::integer as checks_failed,
    coalesce(
        (select bool_or(origin.is_synthetic) from {{ ref('fct_record_origin') }} as origin), false
    ) as is_synthetic,
    inputs.data_as_of_local_at
from find_provinces as province
inner join {{ ref('dim_months') }} as month
    on province.period_month = month.period_month
left join count_agencies as agency
    on province.province_code = agency.province_code and province.period_month = agency.period_month
left join count_missing as missing
    on province.province_code = missing.province_code and province.period_month = missing.period_month
left join {{ ref('ind_dossier_measures') }} as dossier
    on
        province.province_code = dossier.province_code
        and province.agency_code = dossier.agency_code
        and province.period_month = dossier.period_month
left join {{ ref('ind_dossier_measures') }} as unlisted
    on
        province.province_code = unlisted.province_code
        and province.agency_code || '.khac' = unlisted.agency_code
        and province.period_month = unlisted.period_month
left join {{ ref('ind_dossier_measures') }} as ended
    on
        province.province_code = ended.province_code
        and province.agency_code || '.ket-thuc' = ended.agency_code
        and province.period_month = ended.period_month
left join {{ ref('ind_filing_measures') }} as filing
    on
        province.province_code = filing.province_code
        and province.agency_code = filing.agency_code
        and province.period_month = filing.period_month
left join {{ ref('ind_petition_measures') }} as petition
    on
        province.province_code = petition.province_code
        and province.agency_code = petition.agency_code
        and province.period_month = petition.period_month
left join count_payments as payment
    on province.province_code = payment.province_code and province.period_month = payment.period_month
left join {{ ref('ind_inputs_monthly') }} as inputs on province.period_month = inputs.period_month
left join find_readings as read on province.province_code = read.province_code
left join {{ ref('labels') }} as state
    on
        month.period_state = state.code
        and state.code_set = 'period_state'

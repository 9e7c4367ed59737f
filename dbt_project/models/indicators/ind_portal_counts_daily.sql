with days as (
    select distinct
        capture.province_code,
        capture.agency_code,
        capture.period_month,
        capture.captured_on
    from {{ ref('fct_capture_days') }} as capture
),

-- what is not told anew on a day stands as it was last told
portal_counts as (
    select
        day.province_code,
        day.agency_code,
        day.period_month,
        day.captured_on,
        max(capture.numerator) filter (where metric.indicator_code = '1.4') as received,
        max(capture.denominator) filter (where metric.indicator_code = '4.1') as in_hand,
        max(capture.numerator) filter (where metric.indicator_code = '2.1') as on_time,
        max(capture.denominator) filter (where metric.indicator_code = '3.3') as filed,
        max(capture.numerator) filter (where metric.indicator_code = '3.3') as filed_online,
        max(capture.numerator) filter (where metric.indicator_code = '3.6') as paid_online,
        max(capture.numerator) filter (where metric.indicator_code = '4.1') as with_result_file
    from days as day
    inner join {{ ref('fct_capture_days') }} as capture
        on
            day.province_code = capture.province_code
            and day.agency_code = capture.agency_code
            and day.period_month = capture.period_month
            and day.captured_on >= capture.captured_on
            and (capture.next_captured_on is null or day.captured_on < capture.next_captured_on)
    inner join {{ ref('portal_metrics') }} as metric
        on
            capture.metric_code = metric.metric_code
            and {{ in_force('metric', 'capture.period_month') }}
            and metric.indicator_code in ('1.4', '2.1', '3.3', '3.6', '4.1')
    group by day.province_code, day.agency_code, day.period_month, day.captured_on
)

select
    head.province_code,
    head.period_month,
    head.period_state,
    head.agency_code,
    head.agency_name_vi,
    portal.captured_on,
    portal.received as portal_received,
    coalesce(dossier.dossiers_received, 0) as our_received,
    portal.received - coalesce(dossier.dossiers_received, 0) as received_difference,
    portal.in_hand as portal_in_hand,
    coalesce(dossier.dossiers_in_hand, 0) as our_in_hand,
    portal.in_hand - coalesce(dossier.dossiers_in_hand, 0) as in_hand_difference,
    portal.on_time as portal_on_time,
    coalesce(dossier.dossiers_in_hand_on_time, 0) as our_on_time,
    portal.on_time - coalesce(dossier.dossiers_in_hand_on_time, 0) as on_time_difference,
    portal.filed as portal_filed,
    coalesce(filing.dossiers_filed, 0) as our_filed,
    portal.filed - coalesce(filing.dossiers_filed, 0) as filed_difference,
    portal.filed_online as portal_filed_online,
    coalesce(filing.dossiers_filed_online, 0) as our_filed_online,
    portal.filed_online - coalesce(filing.dossiers_filed_online, 0) as filed_online_difference,
    portal.paid_online as portal_paid_online,
    coalesce(dossier.fee_dossiers_paid_online, 0) as our_paid_online,
    portal.paid_online - coalesce(dossier.fee_dossiers_paid_online, 0) as paid_online_difference,
    portal.with_result_file as portal_with_result_file,
    coalesce(dossier.dossiers_with_result_file, 0) as our_with_result_file,
    portal.with_result_file - coalesce(dossier.dossiers_with_result_file, 0) as with_result_file_difference
from portal_counts as portal
inner join {{ ref('ind_agency_heads_monthly') }} as head
    on
        portal.province_code = head.connected_province_code
        and portal.agency_code = head.agency_code
        and portal.period_month = head.period_month
left join {{ ref('ind_dossier_measures') }} as dossier
    on
        portal.province_code = dossier.province_code
        and portal.agency_code = dossier.agency_code
        and portal.period_month = dossier.period_month
left join {{ ref('ind_filing_measures') }} as filing
    on
        portal.province_code = filing.province_code
        and portal.agency_code = filing.agency_code
        and portal.period_month = filing.period_month
-- without the provincial portal nobody knows a dossier, and 0 would be a lie
where
    portal.province_code in (
        select reading.province_code
        from {{ ref('fct_portal_readings') }} as reading
        where reading.portal_code = 'provincial_portal'
    )

with read_sync as (
    select
        capture.province_code,
        capture.agency_code,
        capture.period_month,
        capture.numerator,
        capture.denominator
    from {{ ref('fct_captures') }} as capture
    where
        capture.metric_code = 'DOSSIER_SYNC'
        and capture.is_usable
),

read_copies as (
    select
        capture.province_code,
        capture.agency_code,
        capture.period_month,
        capture.numerator,
        capture.denominator
    from {{ ref('fct_captures') }} as capture
    where
        capture.metric_code = 'ELECTRONIC_CERTIFIED_COPY'
        and capture.is_usable
),

merge_captures as (
    select
        coalesce(sync.province_code, copies.province_code) as province_code,
        coalesce(sync.agency_code, copies.agency_code) as agency_code,
        coalesce(sync.period_month, copies.period_month) as period_month,
        sync.agency_code is not null as has_sync,
        sync.numerator as sync_numerator,
        sync.denominator as sync_denominator,
        copies.agency_code is not null as has_copies,
        copies.numerator as copies_numerator,
        copies.denominator as copies_denominator
    from read_sync as sync
    full outer join read_copies as copies
        on
            sync.province_code = copies.province_code
            and sync.agency_code = copies.agency_code
            and sync.period_month = copies.period_month
)

select
    capture.province_code,
    capture.agency_code,
    capture.period_month,
    -- a capture without counts is a capture of none; null = no capture at all, or none that can be
    case when capture.has_sync then coalesce(capture.sync_numerator, 0) end as dossiers_confirmed_nationally,
    case
        when capture.has_sync
            then greatest(coalesce(dossier.dossiers_received, 0), coalesce(capture.sync_denominator, 0))
    end as dossiers_received_or_reported,
    case when capture.has_copies then coalesce(capture.copies_numerator, 0) end as communes_certifying_copies,
    case
        when capture.has_copies then coalesce(capture.copies_denominator, 0)
    end as communes_assessed_for_copies
from merge_captures as capture
left join {{ ref('ind_dossier_measures') }} as dossier
    on
        capture.province_code = dossier.province_code
        and capture.agency_code = dossier.agency_code
        and capture.period_month = dossier.period_month

with read_captures as (
    -- a capture without counts is a capture of none; null = no capture at all, or none that can be
    select
        capture.province_code,
        capture.agency_code,
        capture.period_month,
        max(coalesce(capture.numerator, 0)) filter (where capture.metric_code = 'DOSSIER_SYNC')
            as dossiers_confirmed_nationally,
        max(coalesce(capture.denominator, 0)) filter (where capture.metric_code = 'DOSSIER_SYNC')
            as dossiers_reported,
        max(coalesce(capture.numerator, 0)) filter (where capture.metric_code = 'ELECTRONIC_CERTIFIED_COPY')
            as communes_certifying_copies,
        max(coalesce(capture.denominator, 0)) filter (where capture.metric_code = 'ELECTRONIC_CERTIFIED_COPY')
            as communes_assessed_for_copies
    from {{ ref('fct_captures') }} as capture
    where capture.is_usable and capture.metric_code in ('DOSSIER_SYNC', 'ELECTRONIC_CERTIFIED_COPY')
    group by capture.province_code, capture.agency_code, capture.period_month
)

select
    capture.province_code,
    capture.agency_code,
    capture.period_month,
    capture.dossiers_confirmed_nationally,
    case
        when capture.dossiers_reported is not null
            then greatest(coalesce(dossier.dossiers_received, 0), capture.dossiers_reported)
    end as dossiers_received_or_reported,
    capture.communes_certifying_copies,
    capture.communes_assessed_for_copies
from read_captures as capture
left join {{ ref('ind_dossier_measures') }} as dossier using (province_code, agency_code, period_month)

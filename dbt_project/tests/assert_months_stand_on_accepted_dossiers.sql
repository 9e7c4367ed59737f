select
    months.province_code,
    months.source_id,
    months.period_month
from {{ ref('fct_dossier_months') }} as months
left join {{ ref('fct_dossiers') }} as dossiers
    on
        months.province_code = dossiers.province_code
        and months.source_id = dossiers.source_id
        and months.source = dossiers.source
where
    dossiers.source_id is null
    or dossiers.received_on is null
    or dossiers.is_refused_at_receipt
    or dossiers.received_on >= months.period_month + interval '1 month'
    or months.ended_on < months.period_month
    or months.ended_on >= months.period_month + interval '1 month'
    or months.is_received_in_month <> (dossiers.received_on >= months.period_month)

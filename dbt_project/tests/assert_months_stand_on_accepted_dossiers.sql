-- Of the dossiers that were made again; after a release those are all.
select
    months.province_code,
    months.source_id,
    months.period_month
from {{ ref('int_dossiers_touched') }} as touched
inner join {{ ref('fct_dossier_months') }} as months
    on
        touched.province_code = months.province_code
        and touched.source_id = months.source_id
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

select
    dossier.province_code,
    dossier.source,
    dossier.source_id,
    dossier.period_month,
    (row_number() over (
        partition by dossier.province_code, dossier.source_id, dossier.period_month
        order by change.changed_at, change.date_code, change.position
    ))::integer as change_number,
    dossier.dossier_code,
    dossier.agency_code,
    dossier.agency_key,
    dossier.reporting_agency_code,
    dossier.province_agency_code,
    dossier.procedure_code,
    dossier.field_code,
    change.date_code,
    change.before_on,
    change.after_on,
    change.changed_at at time zone 'Asia/Ho_Chi_Minh' as redated_local_at,
    change.is_apologised,
    dossier.apologised_on,
    change.is_counted,
    change.is_on_time_before,
    change.is_on_time_after,
    coalesce(change.is_on_time_after::integer - change.is_on_time_before::integer, 0) as numerator_effect
from {{ ref('int_dossier_redated_months') }} as change
inner join {{ ref('fct_dossier_months') }} as dossier using (province_code, source_id, period_month)

select
    procedure.province_code,
    procedure.agency_code,
    procedure.period_month,
    count(*) filter (where procedure.is_announced_on_time is not null) as procedures_announced,
    count(*) filter (where procedure.is_announced_on_time) as procedures_announced_on_time,
    count(*) filter (where procedure.is_published_on_time is not null) as procedures_due_for_publication,
    count(*) filter (where procedure.is_published_on_time) as procedures_published_on_time,
    count(*) filter (where procedure.is_complete is not null) as procedures_public,
    count(*) filter (where procedure.is_complete) as procedures_published_complete,
    count(*) filter (where procedure.is_under_authority) as procedures_under_authority,
    count(*) filter (where procedure.is_under_authority and procedure.is_offered_online)
        as procedures_under_authority_offered_online,
    count(*) filter (where procedure.is_online) as online_services_applied,
    count(*) filter (where procedure.is_online and procedure.dossiers_filed_online > 0)
        as online_services_used,
    count(*) filter (where procedure.is_fee_bearing or procedure.is_paid_online)
        as procedures_with_fee_or_payment,
    count(*) filter (where procedure.is_fee_bearing and procedure.has_fee_dossier)
        as fee_procedures_with_fee_dossiers,
    count(*) filter (where procedure.is_paid_online) as procedures_paid_online,
    count(*) filter (where procedure.is_citizen) as citizen_procedures_applied,
    count(*) filter (where procedure.is_citizen and procedure.is_verified) as citizen_procedures_verified
from {{ ref('fct_procedure_months') }} as procedure
group by procedure.province_code, procedure.agency_code, procedure.period_month

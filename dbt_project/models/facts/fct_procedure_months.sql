with merged as (
    select
        province_code,
        agency_code,
        period_month,
        procedure_code,
        procedure.name_vi as procedure_name_vi,
        duty.is_announced_on_time,
        duty.is_published_on_time,
        duty.is_complete,
        coalesce(catalogue.is_under_authority, false) as is_under_authority,
        coalesce(catalogue.is_offered_online, false) as is_offered_online,
        coalesce(catalogue.is_online, false) as is_online,
        coalesce(catalogue.is_fee_bearing, false) as is_fee_bearing,
        coalesce(catalogue.is_citizen, false) as is_citizen,
        coalesce(record.has_fee_dossier, false) as has_fee_dossier,
        coalesce(record.is_paid_online, false) as is_paid_online,
        coalesce(record.is_verified, false) as is_verified,
        coalesce(record.dossiers_in_hand, 0) as dossiers_in_hand,
        coalesce(record.dossiers_late, 0) as dossiers_late,
        coalesce(record.dossiers_with_result_file, 0) as dossiers_with_result_file,
        coalesce(record.dossiers_digitised, 0) as dossiers_digitised,
        coalesce(record.dossiers_filed, 0) as dossiers_filed,
        coalesce(record.dossiers_filed_online, 0) as dossiers_filed_online
    from {{ ref('fct_procedure_catalogue') }} as catalogue
    full join {{ ref('fct_procedure_duties') }} as duty
        using (province_code, agency_code, period_month, procedure_code)
    full join {{ ref('fct_procedure_records') }} as record
        using (province_code, agency_code, period_month, procedure_code)
    left join {{ ref('dim_procedures') }} as procedure using (province_code, procedure_code)
)

select
    merged.*,
    province.agency_code as province_agency_code
from merged
inner join {{ ref('bridge_agencies_by_month') }} as province
    on
        merged.province_code = province.province_code
        and merged.period_month = province.period_month
        and province.recorded_agency_key = ''

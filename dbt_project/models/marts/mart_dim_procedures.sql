{{ config(alias='dim_procedures') }}

select
    procedure.province_code,
    procedure.procedure_code,
    procedure.name_vi as procedure_name_vi,
    procedure.state,
    procedure.announcing_agency_code,
    procedure.is_fee_bearing,
    procedure.is_citizen,
    procedure.is_online
from {{ ref('dim_procedures') }} as procedure

{{ config(materialized='table') }}

with methods as (
    select
        details.province_code,
        details.procedure_code,
        method.processing_time as time_limit,
        method.processing_time_unit as time_limit_unit,
        case method.processing_time_unit
            when 'HOUR' then method.processing_time / 8
            when 'WORKING_DAY' then method.processing_time
            when 'DAY' then method.processing_time * 5 / 7
            when 'MONTH' then method.processing_time * 22
            when 'YEAR' then method.processing_time * 250
        end as about_working_days
    from {{ ref('stg_national_portal__formality_details') }} as details
    cross join
        lateral jsonb_to_recordset(details.execution_methods)
            as method (
                processing_time numeric,
                processing_time_unit text
            )
    where method.processing_time is not null
)

select distinct on (province_code, procedure_code)
    province_code,
    procedure_code,
    time_limit,
    time_limit_unit
from methods
where about_working_days is not null
order by
    province_code asc,
    procedure_code asc,
    about_working_days desc,
    time_limit_unit asc

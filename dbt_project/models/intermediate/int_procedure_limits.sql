{{ config(materialized='table') }}

-- The portal gives a limit no date: it is in force from the reading that first shows it. The first one known
-- of a procedure also holds before, and the last one goes on when the procedure is abolished: what was
-- received under it is still measured.
with methods as (
    select
        details.version_id,
        method.processing_time as time_limit,
        method.processing_time_unit as time_limit_unit,
        case method.processing_time_unit
            when 'HOUR' then method.processing_time / 8
            when 'WORKING_DAY' then method.processing_time
            when 'DAY' then method.processing_time * 5 / 7
            when 'MONTH' then method.processing_time * 22
            when 'YEAR' then method.processing_time * 250
        end as about_working_days
    from {{ ref('stg_national_portal__formality_detail_versions') }} as details
    cross join
        lateral jsonb_to_recordset(details.execution_methods)
            as method (
                processing_time numeric,
                processing_time_unit text
            )
    where
        method.processing_time is not null
        and not details.is_deleted
),

longest as (
    select distinct on (version_id)
        version_id,
        time_limit,
        time_limit_unit,
        about_working_days
    from methods
    where about_working_days is not null
    order by
        version_id asc,
        about_working_days desc,
        time_limit_unit asc
),

versions as (
    select
        details.province_code,
        details.procedure_code,
        details.is_deleted,
        longest.time_limit,
        longest.time_limit_unit,
        longest.about_working_days,
        case
            when details.known_from > min(details.known_from) over same_procedure then details.known_from
            else '-infinity'::timestamptz
        end as in_force_from,
        coalesce(lead(details.known_from) over same_formality, 'infinity'::timestamptz) as in_force_until
    from {{ ref('stg_national_portal__formality_detail_versions') }} as details
    left join longest using (version_id)
    window
        same_procedure as (partition by details.province_code, details.procedure_code),
        same_formality as (
            partition by details.province_code, details.formality_id
            order by details.version_id
        )
),

starts as (
    select distinct
        province_code,
        procedure_code,
        in_force_from
    from versions
),

-- several formalities of one procedure: the longest limit of those there were
limits as (
    select distinct on (starts.province_code, starts.procedure_code, starts.in_force_from)
        starts.province_code,
        starts.procedure_code,
        starts.in_force_from,
        versions.time_limit,
        versions.time_limit_unit
    from starts
    inner join versions
        on
            starts.province_code = versions.province_code
            and starts.procedure_code = versions.procedure_code
            and starts.in_force_from >= versions.in_force_from
            and starts.in_force_from < versions.in_force_until
    where not versions.is_deleted
    order by
        starts.province_code asc,
        starts.procedure_code asc,
        starts.in_force_from asc,
        versions.about_working_days desc nulls last,
        versions.time_limit_unit asc
)

select
    province_code,
    procedure_code,
    in_force_from,
    coalesce(
        lead(in_force_from) over (partition by province_code, procedure_code order by in_force_from),
        'infinity'::timestamptz
    ) as in_force_until,
    time_limit,
    time_limit_unit
from limits

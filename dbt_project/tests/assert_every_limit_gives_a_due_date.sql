{{ config(severity='warn') }}
-- A limit that leads out of the calendar leaves the dossier without a due date, and out of the on-time rate.
select
    due_dates.province_code,
    due_dates.source_id
from {{ ref('int_dossier_due_dates') }} as due_dates
inner join {{ ref('int_dossiers_described') }} as dossiers using (province_code, source_id)
where
    dossiers.clock_started_on is not null
    and due_dates.original_due_on is null
    and (
        due_dates.limit_working_days is not null
        or due_dates.limit_span is not null
    )

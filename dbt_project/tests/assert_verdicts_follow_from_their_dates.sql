select
    province_code,
    source_id,
    period_month
from {{ ref('fct_dossier_months') }}
where
    period_month in (select months.period_month from {{ ref('int_months_to_refresh') }} as months)
    and is_timed
    and (
        (is_on_time and effective_finish_on > due_on)
        or (late_reason in ('finished_late', 're_dated_late') and effective_finish_on <= due_on)
        or (timeliness in ('early', 'on_due_date', 'overdue')) <> (ended_on is not null)
        or (timeliness = 'early' and effective_finish_on >= due_on)
        or (timeliness = 'on_due_date' and effective_finish_on <> due_on)
        or days_late < 0
    )

-- A timed dossier is on time, or late for one reason, and its dates say so; an untimed one is neither.
select
    months.province_code,
    months.source_id,
    months.period_month
from {{ ref('fct_dossier_months') }} as months
where
    months.is_timed <> (months.due_on is not null)
    or months.is_on_time <> (months.is_timed and months.late_reason is null)
    or (months.is_on_time and months.effective_finish_on > months.due_on)
    or (
        months.late_reason in ('finished_late', 're_dated_late')
        and months.effective_finish_on <= months.due_on
    )
    or months.timeliness <> case
        when not months.is_timed then 'untimed'
        when months.ended_on is null and months.is_on_time then 'open_within_time'
        when months.ended_on is null then 'open_overdue'
        when not months.is_on_time then 'overdue'
        when months.effective_finish_on < months.due_on then 'early'
        else 'on_due_date'
    end
    or months.days_late < 0

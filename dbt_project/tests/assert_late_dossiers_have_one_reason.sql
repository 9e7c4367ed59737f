-- A timed dossier is on time, or late for one reason; an untimed one is neither.
select
    province_code,
    source_id,
    period_month
from {{ ref('fct_dossier_months') }}
where
    period_month in (select months.period_month from {{ ref('int_months_to_refresh') }} as months)
    and (
        is_timed <> (due_on is not null)
        or is_on_time <> (is_timed and late_reason is null)
        or (late_reason is not null and not is_timed)
    )

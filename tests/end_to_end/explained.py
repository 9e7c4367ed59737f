"""Whether numerator and listed records make the denominator, for every cell of every month."""

from __future__ import annotations

from datetime import date

from tests.end_to_end.pipeline import Pipeline

# A province's value that every agency carries is listed once, at the province. What the national portal counts has no
# records.
UNEXPLAINED = """
with listed as (
    select province_code, period_month, agency_code, indicator_code, count(*) as records
    from (
        select province_code, period_month, agency_code, indicator_code from marts.dossier_deductions_monthly
        union all
        select province_code, period_month, agency_code, indicator_code from marts.procedure_deductions_monthly
        union all
        select province_code, period_month, agency_code, indicator_code from marts.petition_deductions_monthly
    ) as record
    group by province_code, period_month, agency_code, indicator_code
)
select
    card.period_month, card.agency_code, card.indicator_code, card.numerator, card.denominator,
    coalesce(listed.records, 0) as records
from marts.agency_scorecards_monthly as card
inner join marts.dim_indicators as indicator using (indicator_code)
left join listed using (province_code, period_month, agency_code, indicator_code)
where
    card.period_month = any(%s)
    and (card.scope = 'agency' or card.agency_code = card.province_code)
    and not indicator.is_counted_by_portal
    and card.numerator + coalesce(listed.records, 0) is distinct from card.denominator
"""
WITHOUT_A_REASON = """
select * from (
    select dossier_code as code, indicator_code, reason_vi, revision from marts.dossier_deductions_by_revision
    union all
    select procedure_code, indicator_code, reason_vi, revision from marts.procedure_deductions_by_revision
    union all
    select petition_id, indicator_code, reason_vi, revision from marts.petition_deductions_by_revision
) as record
where reason_vi is null
"""


def unexplained(pipeline: Pipeline, *months: date) -> list[dict[str, object]]:
    """The cells whose numerator and listed records do not make the denominator, and the records without a reason."""
    return pipeline.rows(UNEXPLAINED, list(months)) + pipeline.rows(WITHOUT_A_REASON)

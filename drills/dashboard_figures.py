"""What each chart of the dashboards must show: one plain statement over the warehouse for each, and how it is written.

The columns stand as the chart has them: those it lists, or what it groups by and then its metrics. Values of filters
are `%(month)s`, `%(peers)s`, `%(agency)s` (null: all), `%(portal)s` (null: all) and `%(indicator)s` (of a click; null).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bi.charts import Chart

_AGENCY = "head.period_label = %(month)s and head.peer_group_vi = %(peers)s and " + (
    "(%(agency)s::text is null or head.agency_name_vi = %(agency)s)"
)
_HEAD = "join marts.agency_rankings_monthly as head using (province_code, period_month, agency_code)"
_STATUS = (
    "case when is_provisional then 'Tạm tính' else 'Chính thức' end, revision{more}, data_as_of_local_at,"
    " case when is_synthetic then 'SỐ LIỆU GIẢ LẬP, không phải kết quả thật' else 'Số liệu của hai Cổng' end"
    " from marts.data_status where period_label = %(month)s"
)
_MOVEMENT = (
    "case when head.rank_change is null then 'không so sánh' when head.rank_change = 0 then 'giữ nguyên'"
    " when head.rank_change < 0 then '▼ giảm ' || abs(head.rank_change) else '▲ tăng ' || head.rank_change end"
)
_CLICKED = "(%(indicator)s::text is null or indicator_code = %(indicator)s)"
_PORTAL = "(%(portal)s::text is null or portal_vi = %(portal)s)"


def _counted(indicator: str) -> str:
    counted = f"select count(*) from marts.dossier_deductions_monthly {_HEAD}"
    return f"{counted} where {_AGENCY} and indicator_code = '{indicator}'"


def _worst(indicator: str) -> str:
    return (
        f"select procedure_name_vi, count(*) from marts.dossier_deductions_monthly {_HEAD}"
        f" where {_AGENCY} and indicator_code = '{indicator}' group by 1"
    )


STATEMENTS = {
    "status": "select period_label, period_state_vi, " + _STATUS.format(more=", ranked_agencies"),
    "agency_status": "select period_label, period_state_vi, " + _STATUS.format(more=""),
    "procedures_status": "select period_label, period_state_vi, " + _STATUS.format(more=""),
    "ranking": f"""
        select rank, agency_name_vi, score, grade_name_vi, previous_rank, {_MOVEMENT}, score_change,
            transparency_points, timeliness_points, online_service_points, online_payment_points,
            digitisation_points, satisfaction_points, dossiers_in_hand,
            case when is_small_base then 'Ít hồ sơ' else '' end
        from marts.agency_rankings_monthly as head where {_AGENCY} order by rank nulls last, display_order""",
    "movement": f"""
        select agency_name_vi, score_change from marts.agency_rankings_monthly as head
        where {_AGENCY} and score_change is not null""",
    "heat": f"""
        select group_order || '. ' || group_name_vi, agency_name_vi, percent
        from marts.agency_group_scores_monthly as head where {_AGENCY} and assessment_status = 'ranked'""",
    "result": f"""
        select agency_name_vi, rank, ranked_agencies, score, grade_name_vi, peer_median_score, {_MOVEMENT},
            score_change, dossiers_in_hand, assessment_status_vi
        from marts.agency_rankings_monthly as head where {_AGENCY}""",
    "groups": f"""
        select group_order || '. ' || group_name_vi, points, peer_median, peer_best
        from marts.agency_group_scores_monthly as head where {_AGENCY}""",
    "trend": """
        select period_month, score, peer_median_score from marts.agency_rankings_monthly
        where peer_group_vi = %(peers)s and agency_name_vi = %(agency)s and period_state <> 'running'""",
    "scorecard": f"""
        select indicator_code, indicator_name_vi, numerator, denominator, ratio, target, peer_median_ratio, points,
            max_points, lost_points, status_vi
        from marts.agency_scorecards_monthly as head where {_AGENCY} order by indicator_order""",
    "dossiers": f"""
        select indicator_code, dossier_code, procedure_name_vi, reason_vi, received_on, due_on, finished_on,
            working_days_late
        from marts.dossier_deductions_monthly {_HEAD} where {_AGENCY} and {_CLICKED}
        order by indicator_code, working_days_late desc nulls last, dossier_code""",
    "procedures": f"""
        select indicator_code, procedure_code, procedure_name_vi, reason_vi
        from marts.procedure_deductions_monthly {_HEAD} where {_AGENCY} and {_CLICKED}
        order by indicator_code, procedure_code""",
    "petitions": f"""
        select indicator_code, petition_id, reason_vi, received_on, due_on, answered_on
        from marts.petition_deductions_monthly {_HEAD} where {_AGENCY} and {_CLICKED}
        order by indicator_code, petition_id""",
    "late_count": _counted("2.1"),
    "direct_count": _counted("3.3"),
    "cash_count": _counted("3.6"),
    "paper_count": _counted("4.1"),
    "late_procedures": _worst("2.1"),
    "direct_procedures": _worst("3.3"),
    "cash_procedures": _worst("3.6"),
    "paper_procedures": _worst("4.1"),
    "by_procedure": f"""
        select procedure_name_vi, sum(fact.dossiers_late), sum(fact.dossiers_in_hand),
            sum(fact.dossiers_without_result_file), sum(fact.dossiers_not_digitised),
            sum(fact.dossiers_filed), sum(fact.dossiers_filed_not_online)
        from marts.agency_procedures_monthly as fact {_HEAD} where {_AGENCY} group by 1""",
    "listed": f"""
        select agency_name_vi, indicator_code, dossier_code, procedure_name_vi, reason_vi, received_on, due_on,
            finished_on, working_days_late
        from marts.dossier_deductions_monthly {_HEAD} where {_AGENCY} and indicator_code in ('2.1', '3.3', '3.6', '4.1')
        order by indicator_code, working_days_late desc nulls last, dossier_code""",
    "last_night": """
        select day, verdict_vi, sentence_vi, sources, sources_in, sources_late, sources_blocked, sources_missing,
            quarantine_open, waiting
        from ops.last_night""",
    "deadlines": """
        select kind_vi, period_label, due_on, days_left, state_vi from ops.next_deadlines order by due_on, step""",
    "months": """
        select period_label, period_state_vi, revision, national_portal_read_local_at, provincial_portal_read_local_at,
            checks_failed,
            case when is_synthetic then 'SỐ LIỆU GIẢ LẬP, không phải kết quả thật' else 'Số liệu của hai Cổng' end
        from marts.data_status order by period_sort desc""",
    "received": f"""
        select day, portal_vi || ', ' || resource_vi, fetched
        from ops.source_days where {_PORTAL} and day > (select max(day) - 14 from ops.source_days)""",
    "not_in_time": f"""
        select day, portal_vi, resource_vi, state_vi, fetched, quarantined_records, whole_local_at, message_vi
        from ops.source_days
        where {_PORTAL} and state not in ('whole') and day > (select max(day) - 31 from ops.source_days)
        order by day desc, portal_vi, resource_vi""",
    "quarantine_reasons": f"""
        select portal_vi, resource_vi, field, reason_vi, count(*) from ops.quarantine_open where {_PORTAL}
        group by 1, 2, 3, 4""",
    "quarantine": f"""
        select record_id, resource_vi, record_key, field, reason_vi, code, since_on, todo_vi
        from ops.quarantine_open where {_PORTAL} order by since_on, record_id""",
    "doors": """
        select door_vi, suite, expectation, verdict_vi, measured_vi, limit_vi, checked_local_at, accepted_by
        from ops.door_results order by passed, door, suite, expectation""",
    "restatements": """
        select period_label, revision, agency_code, indicator_code, points_before, points_after, points_change,
            rank_before, rank_after, records, causes_vi
        from ops.restatements_open order by period_month, agency_code, indicator_code""",
    "waiting": """
        select kind_vi, to_char(period_month, 'MM/YYYY'), revision, resource_vi, condition, measured_vi, limit_vi,
            since_local_at, runbook
        from ops.waiting_batches order by since_local_at""",
}
MOVING = {"waiting_hours"}  # by the server's clock, from one moment to the next


def names(chart: Chart) -> list[str]:
    """What Superset calls the columns of a chart's rows, in the order of the statement."""
    says = chart.says
    if chart.kind == "table":
        return [name for name in says["columns"] if name not in MOVING]
    metrics = says.get("metrics") or [says["metric"]]
    grouped = [says[key] for key in ("x", "y") if key in says] + list(says.get("by", []))
    return [*grouped, *(chart.metric(text)["label"] for text in metrics)]


def plain(value: Any, *, is_instant: bool = False) -> Any:
    """A value of either side as both sides write it."""
    if value is None or isinstance(value, str):
        return value
    if is_instant and isinstance(value, int | float):
        value = datetime.fromtimestamp(value / 1000, UTC).replace(tzinfo=None)
    if isinstance(value, datetime):
        return value.replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day).isoformat()  # noqa: DTZ001 - a day has no zone
    return round(float(value), 6) if isinstance(value, int | float | Decimal) else value


def written(chart: Chart, row: Sequence[Any]) -> list[str]:
    """A row as a reader of the page sees it."""
    return [_written(chart, name, value) for name, value in zip(names(chart), row, strict=True)]


def _written(chart: Chart, name: str, value: Any) -> str:
    if value is None:
        return "N/A"  # shown as a dash by the page's own style
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, str):
        return " ".join(value.split())
    form = chart.dataset.columns[name].number_format if name in chart.dataset.columns else ",d"
    if form == ",.2%":
        return _comma(f"{value * 100:,.2f}") + "%"
    return _comma(f"{value:,.2f}" if form == ",.2f" else f"{value:,.0f}")


def _comma(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))

"""What is looked at before a frozen month may be published: errors block it, warnings need a written answer.

error    marts · 2.1 at H44.03: 118 and 1 listed do not make 120
warning  12 dossiers of agencies that no list names
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from psycopg import Connection
from psycopg.rows import dict_row
from sqlalchemy import Engine

from dvc766 import reference
from dvc766.clock import month_after
from dvc766.failures import NeedsAPerson
from dvc766.runs.life import engine_of_role
from dvc766.settings import Settings
from dvc766.warehouse import published
from dvc766.warehouse.published import Revision
from dvc766.warehouse.sessions import transaction

UNEXPLAINED = "unexplained_points_allowed"  # of rules.csv

Rows = Callable[[str], list[dict[str, Any]]]


class NotReleasable(NeedsAPerson):
    """A month may not be published as it stands; the message lists what is open."""


@dataclass(frozen=True, slots=True)
class Item:
    """One point of the list that is open."""

    code: str
    severity: Literal["error", "warning"]
    text_vi: str


def checklist(settings: Settings, month: date) -> tuple[Revision, Sequence[Item]]:
    """The newest revision of a frozen month, and what is open in it, errors first.

    Raises FreezeRefused while the month is not frozen.
    """
    with engine_of_role(settings, "bi_reader") as engine:
        revision = published.newest_revision(engine, month)
        if revision is None:
            raise published.FreezeRefused(
                f"Tháng {month:%m/%Y} chưa chốt nên chưa công bố được.\n"
                f"Việc cần làm: chốt tháng trước (./run publish --period {month:%Y-%m})."
            )
        rules = settings.dbt_project / "seeds" / "rules.csv"
        allowed = reference.rule_on(rules, UNEXPLAINED, revision.last_on, Decimal)
        return revision, _items(engine, revision, allowed)


def require_releasable(month: date, items: Sequence[Item]) -> None:
    """Raise NotReleasable when an error is open."""
    errors = [item for item in items if item.severity == "error"]
    if errors:
        named = "\n".join(f"- {item.text_vi}" for item in errors)
        raise NotReleasable(
            f"Chưa công bố được tháng {month:%m/%Y}; còn {len(errors)} điểm phải xử lý:\n{named}\n"
            "Việc cần làm: xử lý từng điểm (docs/runbooks/duyet-cong-bo.md), rồi chạy lại."
        )


def as_rows(items: Sequence[Item]) -> list[dict[str, Any]]:
    """The points as they are kept with a decision."""
    return [asdict(item) for item in items]


def _items(engine: Engine, revision: Revision, allowed: Decimal) -> Sequence[Item]:
    values = {"month": revision.period_month, "revision": revision.revision}
    with transaction(engine) as connection:

        def rows(query: str) -> list[dict[str, Any]]:
            return _rows(connection, query, values)

        found = [*_readings(rows), *_gaps(rows), *_lists(rows), *_differences(rows, allowed), *_reasons(rows)]
        found += [*_findings(rows), *_corrections(rows)]
    return sorted(found, key=lambda item: (item.severity, item.code, item.text_vi))


def _rows(connection: Connection[Any], query: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode(), values).fetchall()


_STATUS = "select * from published.data_status where period_month = %(month)s and revision = %(revision)s"


def _readings(rows: Rows) -> Iterator[Item]:
    for row in rows(f"{_STATUS} and provincial_portal_read_local_at is not null"):
        after = month_after(row["period_month"])
        for portal, name in (("national_portal", "Cổng Dịch vụ công quốc gia"), ("provincial_portal", "cổng của tỉnh")):
            read = row[f"{portal}_read_local_at"]
            if read is None or read.date() < after:
                yield Item("portal_not_read", "error", f"{name} chưa đọc đến hết tháng")


def _gaps(rows: Rows) -> Iterator[Item]:
    for row in rows(_STATUS):
        if row["checks_failed"]:
            # a critical one never came through the door, unless a person let it
            yield Item("check_failed", "warning", f"{row['checks_failed']} điều kiện kiểm tra ở lần đọc đó không đạt")
        if row["indicators_without_data"]:
            text = f"{row['indicators_without_data']} ô chưa có số liệu của Cổng Dịch vụ công quốc gia"
            yield Item("capture_missing", "error", text)
        if row["dossiers_without_deadline"]:
            text = f"{row['dossiers_without_deadline']} hồ sơ không có hạn, không xét được đúng hạn"
            yield Item("no_deadline", "warning", text)
        if row["dossiers_of_unlisted_agencies"]:
            text = f"{row['dossiers_of_unlisted_agencies']} hồ sơ của đơn vị không có trong danh mục"
            yield Item("unlisted_agency", "warning", text)


def _lists(rows: Rows) -> Iterator[Item]:
    for row in rows(
        """
        with listed as (
            select agency_code, indicator_code, count(*) as records
            from (
                select agency_code, indicator_code from marts.dossier_deductions_by_revision
                where period_month = %(month)s and revision = %(revision)s
                union all
                select agency_code, indicator_code from marts.procedure_deductions_by_revision
                where period_month = %(month)s and revision = %(revision)s
                union all
                select agency_code, indicator_code from marts.petition_deductions_by_revision
                where period_month = %(month)s and revision = %(revision)s
            ) as record
            group by agency_code, indicator_code
        )
        select card.agency_code, card.indicator_code, card.numerator, card.denominator,
            coalesce(listed.records, 0) as records
        from published.agency_scorecards_monthly as card
        inner join marts.dim_indicators as indicator using (indicator_code)
        left join listed using (agency_code, indicator_code)
        where card.period_month = %(month)s and card.revision = %(revision)s
            and (card.scope = 'agency' or card.agency_code = card.province_code)
            and not indicator.is_counted_by_portal
            and card.numerator + coalesce(listed.records, 0) is distinct from card.denominator
        order by card.agency_code, card.indicator_code
        """
    ):
        yield Item(
            "list_not_whole",
            "error",
            f"{row['agency_code']}, chỉ số {row['indicator_code']}: tử số {row['numerator']} và {row['records']}"
            f" bản ghi liệt kê không bằng mẫu số {row['denominator']}",
        )


# Of each indicator its difference, and of each group what its total differs by beyond its indicators.
_APART = """
with rows as (
    select * from published.score_reconciliations_monthly where period_month = %(month)s and revision = %(revision)s
),
told as (
    select agency_code, group_code, sum(difference) as difference
    from rows where indicator_code is not null group by agency_code, group_code
),
parts as (
    select agency_code, province_code, cause_code, is_proved, abs(difference) as points
    from rows where indicator_code is not null
    union all
    select agency_code, province_code, cause_code, is_proved, abs(rows.difference - coalesce(told.difference, 0))
    from rows left join told using (agency_code, group_code)
    where indicator_code is null
)
select agency_code, agency_code = province_code as is_province,
    coalesce(sum(points) filter (where cause_code = 'unexplained'), 0) as unexplained,
    coalesce(sum(points) filter (where cause_code <> 'unexplained' and not is_proved), 0) as inferred
from parts
group by agency_code, province_code
"""


def _differences(rows: Rows, allowed: Decimal) -> Iterator[Item]:
    """What nobody can explain, and apart from it what is explained by a guess: that never passes in silence."""
    found = rows(_APART)
    for row in found:
        if row["is_province"]:  # the province is compared with nobody
            continue
        agency, unexplained, inferred = row["agency_code"], row["unexplained"], row["inferred"]
        if unexplained > allowed:
            text = f"{agency}: lệch {unexplained} điểm với Cổng, chưa rõ nguyên nhân (cho phép {allowed})"
            yield Item("unexplained_difference", "error", text)
        elif unexplained + inferred > allowed:
            text = (
                f"{agency}: lệch {unexplained + inferred} điểm với Cổng mà chưa chứng minh được nguyên nhân"
                f" (cho phép {allowed}), trong đó {inferred} điểm mới suy đoán được nguyên nhân"
            )
            yield Item("inferred_difference", "warning", text)
    for part, code, words in (
        ("unexplained", "unexplained_difference", "chưa rõ nguyên nhân"),
        ("inferred", "inferred_difference", "nguyên nhân mới là suy đoán"),
    ):
        apart = sorted((row for row in found if row[part]), key=lambda row: (-row[part], row["agency_code"]))
        if apart:
            text = (
                f"{len(apart)} cơ quan lệch với Cổng mà {words}, nhiều nhất {apart[0][part]} điểm"
                f" ({apart[0]['agency_code']}); xem marts.score_reconciliations_monthly"
            )
            yield Item(code, "warning", text)


def _reasons(rows: Rows) -> Iterator[Item]:
    for row in rows("select * from published.revisions where period_month = %(month)s and revision = %(revision)s"):
        if row["revision"] > 1 and not (row["reason_code"] and row["note"]):
            yield Item("no_reason", "error", "lần đính chính không có lý do")


def _findings(rows: Rows) -> Iterator[Item]:
    for row in rows("select * from marts.data_findings where period_month is null or period_month <= %(month)s"):
        if row["finding_kind"] == "restatement" and row["finding_severity"] == "warning":
            yield Item("restatement", "warning", f"{row['subject']}: {row['finding_vi']}")
        if row["finding_kind"] in ("unlisted_unit", "connection"):
            yield Item(row["finding_kind"], "warning", f"{row['subject']}: {row['finding_vi']}")
        if row["finding_kind"] == "source_correction":
            yield Item("source_correction", "error", row["finding_vi"])


def _corrections(rows: Rows) -> Iterator[Item]:
    for row in rows(
        "select * from marts.source_corrections where is_open and not has_outlived_error"
        " and valid_from < %(month)s + interval '1 month' and coalesce(valid_to >= %(month)s, true)"
    ):
        text = (
            f"lỗi của nguồn {row['correction_id']} ({row['portal_vi']}, {row['agency_code'] or 'mọi cơ quan'}):"
            f" {row['what_vi']} ({row['status_vi'].lower()}; {row['guard_state_vi'].lower()})"
        )
        yield Item("source_correction", "warning", text)

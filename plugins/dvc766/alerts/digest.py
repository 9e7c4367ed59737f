"""One message for people: what is new, what is still open, what is over; in that order, each with what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from dvc766.alerts.finding import local
from dvc766.alerts.kinds import KINDS
from dvc766.settings import AlertSettings
from dvc766.warehouse.alerts import Alert, KeptAlert, Owed

RUNBOOKS = "docs/runbooks"


@dataclass(frozen=True, slots=True)
class Digest:
    """A message, before it is known how it is sent."""

    subject_vi: str
    text_vi: str
    groups: Mapping[str, Sequence[Mapping[str, str]]]

    def as_json(self) -> dict[str, Any]:
        """The same for programs: `opened`, `still_open` and `resolved`, with the key and kind of each alert."""
        return {"subject": self.subject_vi, **self.groups}


def digest(owed: Owed, current: Mapping[str, Alert], at: datetime, settings: AlertSettings) -> Digest:
    """The message of what a channel owes; `current` has the newest words for what is open, by key."""
    opened = [current.get(alert.key, alert) for alert in owed.opened]
    still_open = [current.get(alert.key, alert) for alert in owed.still_open]
    counts = ((len(opened), "việc mới"), (len(still_open), "còn mở"), (len(owed.resolved), "đã xong"))
    told = ", ".join(f"{number} {what}" for number, what in counts if number)
    return Digest(
        subject_vi=f"[Xếp hạng 766] {told} – {at:%d/%m/%Y}",
        text_vi="\n".join(_lines(opened, still_open, owed.resolved, at, settings)),
        groups={
            "opened": [_as_row(alert, settings) for alert in opened],
            "still_open": [_as_row(alert, settings) for alert in still_open],
            "resolved": [{"key": alert.key, "kind": alert.kind} for alert in owed.resolved],
        },
    )


def runbook_of(alert: Alert, settings: AlertSettings) -> str:
    """Where the alert's runbook is read."""
    return f"{settings.runbooks_url or RUNBOOKS}/{KINDS[alert.kind].runbook}"


def link_of(alert: Alert, settings: AlertSettings) -> str | None:
    """Airflow's page of the run that the alert is about, or of its DAG."""
    if alert.dag_id is None:
        return None
    page = f"{settings.airflow_url}/dags/{quote(alert.dag_id)}"
    return f"{page}/runs/{quote(alert.dag_run_id)}" if alert.dag_run_id else page


def _lines(
    opened: Sequence[Alert], still_open: Sequence[Alert], over: Sequence[KeptAlert], at: datetime, how: AlertSettings
) -> Iterator[str]:
    yield f"Hệ thống xếp hạng phục vụ người dân, doanh nghiệp · {local(at)}"
    if opened:
        yield from ("", f"VIỆC MỚI ({len(opened)})")
        for number, alert in enumerate(opened, 1):
            yield from ("", f"{number}. {KINDS[alert.kind].name_vi}", f"   {alert.what_vi}")
            yield f"   Ảnh hưởng: {alert.means_vi}"
            yield f"   Việc cần làm: {alert.todo_vi}"
            yield f"   Hướng dẫn: {runbook_of(alert, how)}"
            if link := link_of(alert, how):
                yield f"   Trên Airflow: {link}"
            yield f"   Từ: {local(alert.since)}"
    if still_open:
        yield from ("", f"CÒN MỞ ({len(still_open)})", "")
        for alert in still_open:
            yield f"- {KINDS[alert.kind].name_vi}, từ {local(alert.since)}: {alert.what_vi}"
            yield f"  Hướng dẫn: {runbook_of(alert, how)}"
    if over:
        yield from ("", f"ĐÃ XONG ({len(over)})", "")
        for kept in over:
            when = f", lúc {local(kept.resolved_at)}" if kept.resolved_at else ""
            yield f"- {KINDS[kept.kind].name_vi}{when}: {kept.what_vi}"


def _as_row(alert: Alert, settings: AlertSettings) -> dict[str, str]:
    return {
        "key": alert.key,
        "kind": alert.kind,
        "what_vi": alert.what_vi,
        "means_vi": alert.means_vi,
        "todo_vi": alert.todo_vi,
        "runbook": runbook_of(alert, settings),
        "link": link_of(alert, settings) or "",
        "since": alert.since.isoformat(),
    }

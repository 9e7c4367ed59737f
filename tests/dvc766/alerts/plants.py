"""What goes wrong in an installation, planted into the night after the sound one of DAY."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from dvc766.portals import PORTALS
from dvc766.settings import PortalSettings
from tests.dvc766.alerts.installations import DAY, NATIONAL, PROVINCIAL, Installation, at

DOSSIERS = "provincial_portal__dossiers"
TOMORROW = DAY + timedelta(days=1)
MORNING = at(8, 10, TOMORROW)
FEBRUARY = DAY.replace(month=2, day=1)
BLOCKED_VI = "Lô {what} bị chặn vì 1 điều kiện không đạt:\n- {why}\nDữ liệu cũ được giữ nguyên. Việc cần làm: xem x."

Plant = Callable[[Installation], object]


def blocked(expectation: str, why: str, suite: str = DOSSIERS, day: datetime | None = None) -> Plant:
    """The door in stopped a batch of the provincial portal in the night of DAY or another."""

    def plant(here: Installation) -> None:
        night = (day or at(1, 30)).date()
        here.read(NATIONAL, TOMORROW)
        run = here.run("reading", PROVINCIAL, night, "blocked", message_vi=BLOCKED_VI.format(what=suite, why=why))
        here.judge(run, suite, expectation, severity="critical")
        here.run("ranking", None, TOMORROW)

    return plant


def warned(expectation: str, *, suite: str = DOSSIERS, door: str = "in") -> Plant:
    """Tomorrow's night is sound but for a warning."""

    def plant(here: Installation) -> None:
        here.read(NATIONAL, TOMORROW)
        run = here.read(PROVINCIAL, TOMORROW)
        ranking = here.run("ranking", None, TOMORROW)
        here.judge(run if door == "in" else ranking, suite, expectation, door=door, observed={"found": 3})

    return plant


def a_night(*plants: Plant) -> Plant:
    """Tomorrow's night is sound, and this happens beside it."""

    def plant(here: Installation) -> None:
        here.read(NATIONAL, TOMORROW)
        here.read(PROVINCIAL, TOMORROW)
        here.run("ranking", None, TOMORROW)
        for each in plants:
            each(here)

    return plant


def nothing(_: Installation) -> None:
    """Nothing ran."""


def paused(portal: str) -> Plant:
    """One portal is not read; everything else runs."""

    def plant(here: Installation) -> None:
        for other in {NATIONAL, PROVINCIAL} - {portal}:
            here.read(other, TOMORROW)
        here.run("ranking", None, TOMORROW)

    return plant


def failed(here: Installation) -> None:
    here.read(NATIONAL, TOMORROW)
    here.run("reading", PROVINCIAL, TOMORROW, "failed", message_vi="Cổng không trả lời sau 5 lần thử.")
    here.run("ranking", None, TOMORROW)


def same_again(here: Installation) -> None:
    a_night()(here)
    run = here.number("select max(run_id) from ops.runs where portal = 'provincial_portal'")
    here.take(run, TOMORROW, fetched=600, new=0)


def behind(here: Installation) -> None:
    """The run went well and one resource was left out."""
    here.read(NATIONAL, TOMORROW)
    names = [each.name for portal in PORTALS if portal.code == PROVINCIAL for each in portal.resources]
    here.read(PROVINCIAL, TOMORROW, [name for name in names if name != "petitions"])
    here.run("ranking", None, TOMORROW)


def behind_since_february(here: Installation) -> None:
    here.execute("update ops.cursors set cursor_at = '2026-02-28 01:30+07' where resource = 'dossiers'")


def lost(here: Installation) -> None:
    a_night()(here)
    here.settings = replace(
        here.settings, portals={NATIONAL: PortalSettings(NATIONAL, "H44", "https://portal", options={})}
    )


def set_apart(reason: str, records: int, code: str | None = None) -> Plant:
    def plant(here: Installation) -> None:
        here.execute(
            "insert into quarantine.records (province_code, portal, resource, source_id, field, reason, code,"
            " first_seen_run, last_seen_run) select 'H44', 'provincial_portal', 'dossiers', 'a' || n, 'status_id',"
            " %(reason)s, %(code)s, (select max(run_id) from ops.runs), (select max(run_id) from ops.runs)"
            " from generate_series(1, %(records)s) as n",
            reason=reason,
            code=code,
            records=records,
        )

    return plant


def build(state: str, why: str) -> Plant:
    def plant(here: Installation) -> None:
        here.read(NATIONAL, TOMORROW)
        here.read(PROVINCIAL, TOMORROW)
        if state:
            here.run("ranking", None, TOMORROW, state, message_vi=why)

    return plant


def old_ranking(here: Installation) -> None:
    """The build of the day is there, and was made up to a day long past."""
    build("", "")(here)
    here.run("ranking", None, TOMORROW, as_of=at(1, 30, DAY - timedelta(days=3)))


def open_run(here: Installation) -> None:
    a_night()(here)
    here.run("freezing", None, TOMORROW, "running", started_at=at(1, 0, DAY))


def frozen(*, decided: bool, sealed: bool, state: str | None, days: int) -> Plant:
    """February was frozen so many days before, and came so far."""

    def plant(here: Installation) -> None:
        a_night()(here)
        moment = at(8, 5, TOMORROW - timedelta(days=days))
        here.freeze(FEBRUARY, moment)
        decision = here.decide(FEBRUARY, moment + timedelta(hours=1)) if decided else 0
        if sealed:
            here.seal(FEBRUARY, moment + timedelta(hours=1, minutes=5), decision)
        if state:
            here.deliver("provincial_web_portal", FEBRUARY, moment + timedelta(hours=8), state)
            here.deliver("administrative_meeting", FEBRUARY, moment + timedelta(hours=8))

    return plant


def restated(here: Installation) -> None:
    a_night()(here)
    run = here.run("watching", None, TOMORROW, started_at=at(7, 0, TOMORROW))
    here.execute(
        "insert into ops.restatements (run_id, province_code, agency_code, indicator_code, period_month, revision,"
        " rank_before, rank_after, records, causes) select %(run)s, 'H44', 'H44.0' || n, '', '2026-01-01', 1, n, n + 1,"
        " 4, '{records}' from generate_series(1, 3) as n",
        run=run,
    )


def unwatched(here: Installation) -> None:
    a_night()(here)
    here.execute("update ops.runs set finished_at = finished_at - interval '9 days' where kind = 'watching'")


def failed_freeze(here: Installation) -> None:
    a_night()(here)
    here.run("freezing", None, TOMORROW, "failed", message_vi="Kho dữ liệu hết chỗ.")


def source_error(here: Installation) -> None:
    a_night()(here)
    with here.database.connect("transformer") as connection:
        connection.execute(
            "create table marts.data_findings (finding_kind text, subject text, finding_vi text,"
            " found_local_at timestamp)"
        )
        connection.execute(
            "insert into marts.data_findings values ('source_correction', 'LN-2026-001', 'nay nguồn cho 420.', null)"
        )


def seed(here: Installation, name: str, change: Callable[[str], str], folder: Path) -> None:
    """The installation has a changed copy of one file of reference."""
    seeds = folder / "dbt_project" / "seeds"
    shutil.copytree(here.settings.dbt_project / "seeds", seeds, dirs_exist_ok=True)
    shutil.copy(here.settings.dbt_project / "dbt_project.yml", seeds.parent)
    text = (seeds / name).read_text(encoding="utf-8")
    assert change(text) != text
    (seeds / name).write_text(change(text), encoding="utf-8")
    here.settings = replace(here.settings, project_root=folder)


def calendar_ends(here: Installation, folder: Path) -> None:
    a_night()(here)
    seed(here, "calendar_days.csv", lambda text: _without(text, ("2027-", "2028-", "2029-")), folder)


def rule_ends(here: Installation, folder: Path) -> None:
    a_night()(here)
    old, new = "approval_limit_days,5,2022-08-01,,", "approval_limit_days,5,2022-08-01,2026-04-30,"
    seed(here, "rules.csv", lambda text: text.replace(old, new), folder)


def broken_file(here: Installation, folder: Path) -> None:
    a_night()(here)
    seed(here, "calendar_days.csv", lambda text: text.replace("date_on", "ngay"), folder)


def _without(text: str, beginnings: tuple[str, ...]) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(beginnings))


def backup(hours_ago: int, failed_since: bool) -> Plant:
    def plant(here: Installation) -> None:
        a_night()(here)
        _note_backup(here, at(8, 10, TOMORROW) - timedelta(hours=hours_ago), succeeded=True)
        if failed_since:
            _note_backup(here, at(2, 0, TOMORROW), succeeded=False)

    return plant


def _note_backup(here: Installation, moment: datetime, *, succeeded: bool) -> None:
    here.execute(
        "insert into ops.backups (kind, started_at, finished_at, label, succeeded, message_vi)"
        " values ('full', %(moment)s, %(moment)s, %(label)s, %(succeeded)s, %(message_vi)s)",
        moment=moment,
        label="x" if succeeded else None,
        succeeded=succeeded,
        message_vi=None if succeeded else "Hết chỗ.",
    )

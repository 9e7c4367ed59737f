"""`./run status`: the answer first, what waits for a person next; an old night is not taken for last night."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from dvc766 import runs
from dvc766.clock import LOCAL_ZONE
from dvc766.runs import deadlines, oversight
from dvc766.runs.in_use import note_sources
from dvc766.runs.life import engine_of_role
from dvc766.settings import Settings
from tests.database import Database
from tests.dvc766.quality.batches import settings_for
from tests.dvc766.runs.nights import DAY, PROVINCIAL, RESOURCES, Nights


@pytest.fixture
def settings(database: Database, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The project's settings; the business clock stands in the morning of DAY."""
    set_today(monkeypatch, DAY)
    return settings_for(database)


@pytest.fixture
def nights(database: Database) -> Nights:
    """No night yet."""
    nights = Nights(database)
    nights.connect_portals()
    return nights


def set_today(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    now = datetime(day.year, day.month, day.day, 7, tzinfo=LOCAL_ZONE)
    monkeypatch.setattr(oversight, "business_now", lambda _: now)


def test_a_complete_night_is_said_first(settings: Settings, nights: Nights) -> None:
    for portal in RESOURCES:
        nights.read(portal)
    nights.build()
    found = runs.status(settings)
    assert found.is_complete
    assert list(found.lines()) == [
        "Đêm 18/06/2025 đủ: 3 nguồn đã đọc xong, bảng xếp hạng đã tính với dữ liệu này.",
        "Bảng xếp hạng đang hiển thị: số liệu đến 01:30 18/06/2025.",
    ]


def test_a_pipeline_that_stands_still_is_not_complete(
    settings: Settings, nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    for portal in RESOURCES:
        nights.read(portal)
    nights.build()
    set_today(monkeypatch, DAY + timedelta(days=1))
    found = runs.status(settings)
    assert not found.is_complete
    first, *_, last = found.lines()
    assert first.startswith("Đêm 19/06/2025 CHƯA ĐỦ: chưa có lượt nào của ngày này.")
    assert last == "Việc cần làm: xem docs/runbooks/dem-qua.md."


def test_an_empty_warehouse_says_so(settings: Settings) -> None:
    found = runs.status(settings)
    assert not found.is_complete
    assert next(found.lines()) == "Chưa có lượt đọc nào."


def test_what_waits_is_listed_with_its_measure_and_its_page(settings: Settings, nights: Nights) -> None:
    run = nights.read(PROVINCIAL, state="blocked")
    nights.check(run, f"{PROVINCIAL}__dossiers", passed=False, batch=run)
    nights.check(run, f"{PROVINCIAL}__ratings", passed=False, severity="warning", batch=run)
    nights.run(
        "insert into quarantine.records (province_code, portal, resource, source_id, field, reason, code,"
        " first_seen_run, last_seen_run)"
        " values ('H44', %s, 'dossiers', 'x', 'status_id', 'unknown_code', '23', %s, %s)",
        *(PROVINCIAL, run, run),
    )
    nights.run("insert into ops.month_deadlines values ('2025-05-01', '2025-06-14', 5)")
    told = "\n".join(runs.status(settings).lines())
    for part in (
        f"Lô dữ liệu bị chặn, lượt {run}: provincial_portal__dossiers · volume_ratio (volume_ratio = 0.5; yêu cầu",
        "docs/runbooks/lo-bi-chan.md",
        "mã lạ status_id = 23, 1 bản ghi, từ 18/06/2025",
        "provincial_portal__ratings · volume_ratio: volume_ratio = 0.5; yêu cầu ít nhất 0.6",
        "Chốt số liệu tháng 05/2025: 14/06/2025, quá hạn 4 ngày (chưa chốt)",
    ):
        assert part in told


def test_sources_are_noted_as_they_are_connected(settings: Settings, nights: Nights) -> None:
    nights.run("delete from ops.sources")
    nights.connect_portals({PROVINCIAL: ("dossiers", "long_gone")})
    with engine_of_role(settings, "extractor") as engine:
        note_sources(settings, engine)
    rows = nights.rows("select resource, is_connected from ops.sources where portal = %s order by 1", PROVINCIAL)
    assert {row["resource"]: row["is_connected"] for row in rows} == {
        **dict.fromkeys(("agencies", "dossiers", "petitions", "ratings"), True),
        **dict.fromkeys(("payment_requests", "payment_transactions"), True),
        "long_gone": False,
    }
    names = nights.rows("select distinct portal, resource, resource_vi from ops.sources where is_connected")
    assert len({(row["portal"], row["resource_vi"]) for row in names}) == len(names) > 10
    assert not [row["resource"] for row in names if row["resource_vi"] in ("", row["resource"])]
    [night] = nights.rows("select * from ops.last_night")
    assert night["day"] is None


def test_the_dates_of_months_follow_the_rules_and_the_calendar(settings: Settings, nights: Nights) -> None:
    with engine_of_role(settings, "transformer") as engine:
        for _ in range(2):
            deadlines.note_deadlines(settings, engine, date(2025, 8, 20))
    rows = nights.rows("select period_month, freeze_on, approval_days from ops.month_deadlines order by 1 desc limit 2")
    # ten working days of September 2025, of which the 1st and the 2nd are days off; of August none is
    assert [(f"{row['period_month']:%m}", f"{row['freeze_on']}", row["approval_days"]) for row in rows] == [
        ("08", "2025-09-17", 5),
        ("07", "2025-08-15", 5),
    ]

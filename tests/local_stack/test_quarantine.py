"""`./run status` and `./run quarantine` as they are called: what they print, and their status."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from dvc766.clock import LOCAL_ZONE
from dvc766.portals.contract import Rejection, Window
from dvc766.runs import oversight
from dvc766.settings import Settings
from dvc766.warehouse.engine import engine_of
from local_stack import quarantine, status
from tests.database import Database
from tests.dvc766.quality.batches import AS_OF, settings_for
from tests.dvc766.runs.nights import NATIONAL, PROVINCIAL, Nights
from tests.dvc766.warehouse.readings import Warehouse, rating, reading


@pytest.fixture(autouse=True)
def in_use(database: Database, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The test's warehouse is the one in use; one rating in it was turned away."""
    settings = settings_for(database)

    @contextmanager
    def settings_in_use() -> Iterator[Settings]:
        yield settings

    for module in (quarantine, status):
        monkeypatch.setattr(module, "settings_in_use", settings_in_use)
    engine = engine_of(database.url("extractor"), "test:extractor")
    warehouse = Warehouse(database, engine)
    given = reading([rating("a", AS_OF)], [Rejection("x-1", "verdict", "unknown_code", "TUYỆT", AS_OF)])
    warehouse.load(warehouse.ratings, Window(None, AS_OF), given)
    engine.dispose()
    return settings


def test_list_explain_and_release_follow_one_another(capsys: pytest.CaptureFixture[str]) -> None:
    assert quarantine.quarantine(["list"]) == 0
    assert capsys.readouterr().out.split()[:1] == ["1"]
    quarantine.quarantine(["list", "--records"])
    line = capsys.readouterr().out
    number = line.split()[0]
    assert "x-1 · " in line and "mã lạ verdict = TUYỆT" in line and "18/06/2025" in line
    quarantine.quarantine(["explain", "x-1"])
    by_key = capsys.readouterr().out
    quarantine.quarantine(["explain", number])
    assert capsys.readouterr().out == by_key
    assert f"./run quarantine map {number}" in by_key
    assert quarantine.quarantine(["release", number, "--reason", "Cổng đã sửa", "--by", "Bà B"]) == 0
    assert f"ingest_{PROVINCIAL}_daily" in capsys.readouterr().out
    quarantine.quarantine(["list", "--records"])
    assert "chờ lượt đọc kế tiếp" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["1", "--run", "2"]])
def test_a_release_is_of_records_or_of_a_batch(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        quarantine.quarantine(["release", *arguments, "--reason", "x"])
    assert "give numbers of records, or --run" in capsys.readouterr().err


def test_the_status_tells_by_its_number_whether_the_night_is_complete(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(oversight, "business_now", lambda _: datetime(2025, 6, 18, 7, tzinfo=LOCAL_ZONE))
    assert status.status([]) == 1
    told = capsys.readouterr().out
    assert "chưa đủ" in told and "mã lạ verdict = TUYỆT, 1 bản ghi" in told
    nights = Nights(database)
    nights.clock = datetime(2027, 1, 1, tzinfo=LOCAL_ZONE)  # after the reading above
    nights.read(NATIONAL)
    nights.build()
    assert status.status([]) == 0
    assert capsys.readouterr().out.startswith("Đêm 18/06/2025 đủ: 2 nguồn đã đọc xong")

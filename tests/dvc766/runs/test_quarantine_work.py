"""Quarantine is worked: a record is explained, its code mapped, its day released; what arrives is seen to arrive."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dvc766 import runs
from dvc766.portals.codes import read_known_codes
from dvc766.portals.contract import Rejection, Window
from dvc766.reference import ReferenceRefused
from dvc766.runs import quarantine
from dvc766.runs.quarantine import Explained
from dvc766.settings import PROJECT_ROOT, Settings
from dvc766.warehouse.engine import engine_of
from dvc766.warehouse.quarantine import QuarantineRefused
from dvc766.warehouse.windows import Reader, windows_to_read_again
from local_stack.quarantine import explanation
from tests.database import Database
from tests.dvc766.quality.batches import AS_OF, settings_for
from tests.dvc766.warehouse.readings import PROVINCE, Warehouse, agency, rating, reading

CHANGED = AS_OF - timedelta(days=30)  # before the window that the next reading opens by itself
WHY: dict[str, Any] = {"reason": "Cổng đã sửa, ngày cập nhật không đổi", "released_by": "Trần Thị B"}


def rejected(key: str, field: str = "verdict", reason: str = "unknown_code", code: str | None = "TUYỆT") -> Rejection:
    """A rating that is turned away."""
    return Rejection(key, field, reason, code, CHANGED)


@dataclass(frozen=True)
class Place:
    """A warehouse, and settings with seeds that may be written."""

    settings: Settings
    warehouse: Warehouse

    def take(self, *rejections: Rejection, arrived: Sequence[str] = (), hours: int = 1) -> None:
        """A whole reading of ratings: what was turned away, and what arrived well."""
        pages = reading([rating(key, CHANGED) for key in arrived], rejections)
        self.warehouse.load(self.warehouse.ratings, Window(None, AS_OF + timedelta(hours=hours)), pages)

    def days_read_again(self) -> list[date]:
        """The days that the next reading looks at because of what was turned away."""
        reader = Reader(read_known_codes(self.settings.portal_codes, self.warehouse.portal), None)
        found = windows_to_read_again(
            self.warehouse.engine, self.warehouse.portal, self.warehouse.ratings, PROVINCE, AS_OF, reader
        )
        return [window.start.date() for window in found if window.start]


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Iterator[Place]:
    """Two ratings with an unknown verdict, read at AS_OF."""
    shutil.copytree(PROJECT_ROOT / "dbt_project" / "seeds", tmp_path / "dbt_project" / "seeds")
    engine = engine_of(database.url("extractor"), "test:extractor")
    made = Place(replace(settings_for(database), project_root=tmp_path), Warehouse(database, engine))
    made.take(rejected("x-1"), rejected("x-2"), arrived=["a"], hours=0)
    yield made
    engine.dispose()


@pytest.fixture
def settings(place: Place) -> Settings:
    """The settings of the place."""
    return place.settings


def number_of(settings: Settings, key: str) -> int:
    """The number of a record's newest row."""
    return quarantine.rows_of(settings, key)[0].record_id


def words(found: Explained) -> str:
    return "\n".join(explanation(found))


def test_causes_and_records_are_listed(settings: Settings) -> None:
    [cause] = runs.quarantined(settings)
    assert (cause["records"], cause["reason_vi"], cause["code"], cause["since_on"]) == (
        *(2, "mã lạ"),
        *("TUYỆT", AS_OF.date()),
    )
    listed = runs.quarantined(settings, each_record=True)
    assert [(row["record_key"], row["records_alike"], row["is_to_be_read_again"]) for row in listed] == [
        ("x-1", 2, False),
        ("x-2", 2, False),
    ]


def test_a_record_is_explained_to_its_batch_and_the_next_step(settings: Settings) -> None:
    found = quarantine.explained(settings, number_of(settings, "x-1"))
    assert (found.wire, found.code_set, found.alike, found.is_in_raw) == ("danhGia", "rating_verdict", 2, False)
    told = words(found)
    for part in ("Cổng gửi mã: TUYỆT (bộ mã rating_verdict)", "cổng khai 3, nhận 3, cách ly 2 bản ghi", "ma-la.md"):
        assert part in told


def test_an_unreadable_value_is_never_told(place: Place, settings: Settings) -> None:
    place.take(rejected("y", "rated_at", "unreadable", None))
    told = words(quarantine.explained(settings, number_of(settings, "y")))
    assert "giá trị đó không được lưu vì có thể là thông tin cá nhân" in told
    assert "./run quarantine release" in told


def test_a_mapped_code_is_a_row_of_the_seed_and_its_days_are_read_again(place: Place, settings: Settings) -> None:
    before = settings.portal_codes.read_text(encoding="utf-8")
    assert place.days_read_again() == []
    done = quarantine.map_code(
        settings,
        number_of(settings, "x-1"),
        meaning="very_satisfied",
        name_vi="Rất hài lòng, khen",
        source="Công văn 12/TTPVHCC",
        valid_from=date(2025, 6, 1),
    )
    row = 'provincial_portal,rating_verdict,TUYỆT,very_satisfied,"Rất hài lòng, khen",2025-06-01,,Công văn 12/TTPVHCC'
    assert (done.row, done.waiting) == (row, 2)
    assert settings.portal_codes.read_text(encoding="utf-8") == before + row + "\n"
    assert place.days_read_again() == [CHANGED.date()]
    with pytest.raises(QuarantineRefused, match=r"đã có trong portal_codes\.csv"):
        quarantine.map_code(settings, number_of(settings, "x-2"), meaning="satisfied", name_vi="x", source="y")


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (
            {"meaning": "99"},
            ReferenceRefused,
            "'99' không thuộc các giá trị được dùng với rating_verdict: very_satisfied",
        ),
        ({"source": " "}, QuarantineRefused, "Thiếu source"),
        ({"name_vi": ""}, QuarantineRefused, "Thiếu name_vi"),
    ],
)
def test_a_row_that_nothing_could_use_is_refused_and_the_file_stays(
    given: dict[str, Any], error: type[Exception], words: str, settings: Settings
) -> None:
    before = settings.portal_codes.read_bytes()
    with pytest.raises(error, match=words):
        quarantine.map_code(
            settings,
            number_of(settings, "x-1"),
            **({"meaning": "satisfied", "name_vi": "Hài lòng", "source": "Công văn"} | given),
        )
    assert settings.portal_codes.read_bytes() == before


def test_where_the_seeds_cannot_be_written_the_row_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = settings.portal_codes.read_bytes()
    row = re.escape("TUYỆT,satisfied,Hài lòng,2025-06-01,,Công văn 12\n")
    monkeypatch.setattr(quarantine.os, "access", lambda *_: False)
    with pytest.raises(QuarantineRefused, match=row) as refused:
        quarantine.map_code(
            settings,
            number_of(settings, "x-1"),
            meaning="satisfied",
            name_vi="Hài lòng",
            source="Công văn 12",
            valid_from=date(2025, 6, 1),
        )
    assert "Việc cần làm" in str(refused.value)
    assert settings.portal_codes.read_bytes() == before


def test_a_record_that_is_no_code_is_not_mapped(place: Place, settings: Settings) -> None:
    place.take(rejected("y", "rated_at", "missing", None))
    with pytest.raises(QuarantineRefused, match="không phải mã lạ"):
        quarantine.map_code(settings, number_of(settings, "y"), meaning="satisfied", name_vi="x", source="y")


def test_a_released_record_is_read_again_once(place: Place, settings: Settings) -> None:
    number = number_of(settings, "x-1")
    assert [record.source_id for record in quarantine.release(settings, [number], **WHY)] == ["x-1"]
    assert place.days_read_again() == [CHANGED.date()]
    found = quarantine.explained(settings, number)
    assert found.is_to_be_read_again
    assert "Trần Thị B yêu cầu đọc lại" in words(found) and "chờ lượt đọc kế tiếp" in words(found)
    [row] = [row for row in runs.quarantined(settings, each_record=True) if row["is_to_be_read_again"]]
    assert (row["record_key"], row["released_by"]) == ("x-1", "Trần Thị B")

    place.take(rejected("x-1"))  # in vain
    assert place.days_read_again() == []
    assert not quarantine.explained(settings, number).is_to_be_read_again


def test_what_was_released_is_seen_to_arrive(place: Place, settings: Settings) -> None:
    number = number_of(settings, "x-1")
    released = quarantine.release(settings, [number], with_alike=True, **WHY)
    assert [record.source_id for record in released] == ["x-1", "x-2"]
    place.take(arrived=["a", "x-1", "x-2"])
    found = quarantine.explained(settings, number)
    assert found.resolved is not None and found.is_in_raw
    assert f"Đã giải quyết ở lượt {found.resolved.run_id}" in words(found) and "đã có trong kho" in words(found)
    with pytest.raises(QuarantineRefused, match="đã được giải quyết"):
        quarantine.release(settings, [number], **WHY)


@pytest.mark.parametrize("empty", ["reason", "released_by"])
def test_nothing_is_released_without_a_reason_and_a_name(empty: str, place: Place, settings: Settings) -> None:
    with pytest.raises(QuarantineRefused, match="--reason và --by"):
        quarantine.release(settings, [number_of(settings, "x-1")], **(WHY | {empty: " "}))
    assert place.days_read_again() == []


def test_a_list_that_is_read_every_night_needs_no_release(place: Place, settings: Settings) -> None:
    whole = reading([agency("1")], [Rejection("ag", "agency_code", "missing")])
    place.warehouse.load(place.warehouse.agencies, Window(None, AS_OF), whole)
    with pytest.raises(QuarantineRefused, match="mỗi đêm"):
        quarantine.release(settings, [number_of(settings, "ag")], **WHY)


def test_what_there_is_not_is_named(settings: Settings) -> None:
    with pytest.raises(QuarantineRefused, match="Không có dòng cách ly số 999"):
        quarantine.explained(settings, 999)
    with pytest.raises(QuarantineRefused, match="chưa bao giờ bị cách ly"):
        quarantine.rows_of(settings, "never")

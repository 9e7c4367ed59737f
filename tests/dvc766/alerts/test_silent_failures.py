"""What fails in silence ends in the right alert with the right runbook; normal days end in none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from dvc766 import runs
from dvc766.alerts import KINDS
from dvc766.quality.audit import AuditBlocked
from dvc766.settings import PortalSettings
from tests.database import Database
from tests.dvc766.alerts import plants
from tests.dvc766.alerts.conftest import Usage
from tests.dvc766.alerts.installations import DAY, NATIONAL, PROVINCIAL, Installation, at
from tests.dvc766.alerts.plants import BLOCKED_VI, MORNING, TOMORROW, Plant, blocked, frozen, warned
from tests.dvc766.quality.batches import AS_OF, Given, dossiers, land_provincial, settings_for


@dataclass(frozen=True)
class Silent:
    """A failure: how it is planted after the sound night of DAY, what is told of it and when."""

    plant: Plant
    kinds: set[str]
    runbook: str
    told: str  # a part of what people read
    moment: datetime = MORNING


NIGHT = "cong-khong-tra-loi.md"
STILL = "lich-khong-chay.md"
FAILURES = {
    "an empty answer with status 200": Silent(
        blocked("volume_ratio: x", "dossiers · volume_ratio = 0; yêu cầu ít nhất 0.6"),
        *({"batch_blocked"}, "lo-bi-chan.md", "volume_ratio = 0"),
    ),
    "a page less": Silent(
        blocked("missing_records: x", "dossiers · missing_records = 200; yêu cầu nhiều nhất 0"),
        *({"batch_blocked"}, "lo-bi-chan.md", "missing_records = 200"),
    ),
    "the total shrinks": Silent(
        blocked("withdrawn_ratio: x", "dossiers · withdrawn_ratio = 0.3; yêu cầu nhiều nhất 0.05"),
        *({"batch_blocked"}, "lo-bi-chan.md", "withdrawn_ratio = 0.3"),
    ),
    "the total shrinks a little": Silent(
        warned("withdrawn_ratio: x"), {"door_warning"}, "canh-bao-du-lieu.md", "withdrawn_ratio (found = 3)"
    ),
    "the same file as yesterday": Silent(
        plants.same_again, {"nothing_new"}, "cong-tra-du-lieu-cu.md", "đọc được 600 bản ghi nhưng không bản ghi nào mới"
    ),
    "an agency missing at the portal": Silent(
        blocked("gone_share: largest_gone_share", "agencies · gone_share = 0.2", "provincial_portal__agencies"),
        *({"deletions_waiting"}, "lo-bi-chan.md", "gone_share = 0.2"),
    ),
    "an agency missing in the ranking": Silent(
        plants.build("blocked", BLOCKED_VI.format(what="Bảng xếp hạng", why="missing_agencies = 1")),
        *({"ranking_blocked"}, "lo-bi-chan.md", "missing_agencies = 1"),
    ),
    "the portal's clock is off": Silent(
        warned("dates_ahead: x"), {"door_warning"}, "canh-bao-du-lieu.md", "dates_ahead (found = 3)"
    ),
    "a DAG of reading is paused": Silent(
        plants.paused(PROVINCIAL), {"reading_missing"}, STILL, "Cổng Dịch vụ công của tỉnh: đến 07:00 ngày 12/03/2026"
    ),
    "the DAG of the build is paused": Silent(
        plants.build("", ""), {"build_missing"}, STILL, "Đến 08:00 ngày 12/03/2026"
    ),
    "the scheduler is dead": Silent(
        plants.nothing,
        {"reading_missing", "build_missing"},
        STILL,
        "Cổng Dịch vụ công quốc gia: đến 07:00 ngày 12/03/2026",
    ),
    "the portal was down all night": Silent(
        plants.failed, {"reading_failed"}, NIGHT, "Cổng không trả lời sau 5 lần thử."
    ),
    "one resource is not read any more": Silent(
        plants.behind, {"portal_late"}, NIGHT, "phản ánh, kiến nghị mới đọc đến 01:30 11/03/2026, quá 26 giờ"
    ),
    "a connection is lost": Silent(
        plants.lost,
        {"connection_lost"},
        NIGHT,
        "Cổng Dịch vụ công của tỉnh: đã từng được đọc nhưng nay không còn kết nối",
    ),
    "a batch is blocked for three days": Silent(
        blocked("missing_records: x", "missing_records = 7", day=at(1, 30, TOMORROW)),
        *(
            {"batch_blocked", "reading_missing", "build_missing", "freeze_overdue"},
            "lo-bi-chan.md",
            "bị chặn từ 02:00 12/03/2026",
        ),
        at(8, 10, TOMORROW + timedelta(days=3)),
    ),
    "a warning that nobody read": Silent(
        warned("repeated_keys: x"), {"door_warning"}, "canh-bao-du-lieu.md", "Ghi chú của điều kiện."
    ),
    "a warning of the door out": Silent(
        warned("score: x", suite="agency_rankings_monthly", door="out"),
        *({"door_warning"}, "canh-bao-du-lieu.md", "agency_rankings_monthly · score"),
    ),
    "many deletions wait for a person": Silent(
        blocked("gone_share: largest_gone_share", "dossiers · gone_share = 0.31"),
        *({"deletions_waiting"}, "lo-bi-chan.md", "gone_share = 0.31"),
    ),
    "the quarantine grows": Silent(
        plants.a_night(plants.set_apart("unreadable", 60)),
        *({"quarantine_growing"}, "ma-la.md", "60 bản ghi đang bị cách ly"),
    ),
    "an unknown code": Silent(
        plants.a_night(plants.set_apart("unknown_code", 2, "23")),
        *({"unknown_code"}, "ma-la.md", "status_id = 23: 2 bản ghi bị cách ly, ví dụ a1"),
    ),
    "the build failed": Silent(
        plants.build("failed", "Bước facts của dbt có 1 lỗi."), {"build_failed"}, STILL, "Bước facts của dbt có 1 lỗi."
    ),
    "the ranking shown is old": Silent(plants.old_ranking, {"ranking_old"}, STILL, "có số liệu đến 01:30 08/03/2026"),
    "a run is open too long": Silent(plants.open_run, {"run_open"}, STILL, "đang mở từ 01:00 11/03/2026, quá 12 giờ"),
    "a freeze ended in vain": Silent(plants.failed_freeze, {"run_failed"}, STILL, "Kho dữ liệu hết chỗ."),
    "the cut-off is near and a portal is behind": Silent(
        *(plants.behind_since_february, {"freeze_at_risk", "portal_late"}, "chot-thang.md"),
        *("đến hạn chốt ngày 13/03/2026 mà chưa đủ dữ liệu. Chưa đủ dữ liệu để xếp hạng tháng 02/2026", at(8)),
    ),
    "the freeze is overdue": Silent(
        *(plants.nothing, {"freeze_overdue", "reading_missing", "build_missing"}, "chot-thang.md"),
        "Tháng 02/2026 đã quá hạn chốt",
        at(10, 10, DAY + timedelta(days=3)),
    ),
    "two freezes are overdue": Silent(
        *(plants.nothing, {"freeze_overdue", "reading_missing", "build_missing", "watch_missing"}, "chot-thang.md"),
        "Tháng 02/2026 đã quá hạn chốt (13/03/2026); các tháng sau cũng chưa chốt: 03/2026.",
        at(10, 10, date(2026, 4, 20)),
    ),
    "the approval is overdue": Silent(
        frozen(decided=False, sealed=False, state=None, days=6),
        *({"approval_overdue"}, "duyet-cong-bo.md", "quá 5 ngày chưa ai duyệt công bố"),
    ),
    "the sealer is dead": Silent(
        frozen(decided=True, sealed=False, state=None, days=1),
        *({"seal_missing"}, "duyet-cong-bo.md", "nhưng chưa đóng dấu"),
    ),
    "nothing is delivered": Silent(
        frozen(decided=True, sealed=True, state=None, days=2),
        *({"publication_overdue"}, "phat-hanh.md", "mà chưa giao lần nào"),
    ),
    "a delivery failed": Silent(
        frozen(decided=True, sealed=True, state="failed", days=1),
        *({"delivery_failed"}, "phat-hanh.md", "Không tới được nơi nhận."),
    ),
    "a restatement is found": Silent(
        plants.restated, {"restatement"}, "dinh-chinh.md", "3 cơ quan đổi hạng (H44.01, H44.02, H44.03)"
    ),
    "the frozen months are not watched": Silent(plants.unwatched, {"watch_missing"}, STILL, "được đối chiếu lần cuối"),
    "a known error of a source is due": Silent(
        plants.source_error, {"source_error"}, "loi-cua-nguon.md", "LN-2026-001: nay nguồn cho 420."
    ),
    "the backup is old": Silent(
        plants.backup(30, False), {"backup_old"}, "sao-luu.md", "bản tốt gần nhất lúc 02:10 11/03"
    ),
    "the backups fail": Silent(
        plants.backup(50, True), {"backup_old"}, "sao-luu.md", "lần thử lúc 02:00 12/03/2026 không thành công"
    ),
}
IN_FILES: dict[str, tuple[Callable[[Installation, Path], None], str, str, str]] = {
    "the calendar is running out": (
        plants.calendar_ends,
        "calendar_ending",
        "lich-nghi-va-quy-dinh.md",
        "hết năm 2026",
    ),
    "a rule expires": (plants.rule_ends, "rule_ending", "lich-nghi-va-quy-dinh.md", "approval_limit_days"),
    "a file of reference is broken": (plants.broken_file, "question_failed", "kenh-bao-tin.md", "lịch nghỉ"),
}


def test_a_sound_installation_has_nothing_to_tell(sound: Installation) -> None:
    for hour in (3, 7, 8, 11, 23):
        assert sound.found(at(hour)) == []
    plants.a_night()(sound)
    assert sound.found(at(8, 10, TOMORROW)) == []


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_silent_failure_is_told_with_its_runbook(failure: Silent, sound: Installation) -> None:
    failure.plant(sound)
    found = sound.found(failure.moment)
    assert {alert.kind for alert in found} == failure.kinds
    told = [alert for alert in found if failure.told in alert.what_vi]
    assert told, [alert.what_vi for alert in found]
    assert {KINDS[alert.kind].runbook for alert in told} == {failure.runbook}
    assert len({alert.key for alert in found}) == len(found)
    for alert in found:
        assert alert.means_vi and alert.todo_vi and alert.since <= failure.moment


@pytest.mark.parametrize("failure", IN_FILES.values(), ids=IN_FILES)
def test_what_ends_in_the_files_of_reference_is_told(
    failure: tuple[Callable[[Installation, Path], None], str, str, str], sound: Installation, tmp_path: Path
) -> None:
    plant, kind, runbook, told = failure
    plant(sound, tmp_path)
    found = sound.found(at(8, 10, TOMORROW))
    assert kind in {alert.kind for alert in found} <= {kind, "question_failed"}
    assert any(told in alert.what_vi for alert in found)
    assert KINDS[kind].runbook == runbook


def test_a_disk_nearly_full_is_told(sound: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 * 2**30, 92 * 2**30, 8 * 2**30))
    [alert] = sound.found(at(8))
    assert (alert.kind, KINDS[alert.kind].runbook) == ("disk_low", "dia-sap-day.md")
    assert "chỉ còn trống 8.0 % (8.0 GiB)" in alert.what_vi


def test_while_a_retry_is_to_come_nobody_is_told(sound: Installation) -> None:
    """A portal closed for the night is tried until six; a build waits for it; a delivery is tried again."""
    sound.read(NATIONAL, TOMORROW)
    run = sound.run("reading", PROVINCIAL, TOMORROW, "running")
    for hour in (3, 6, 7, 11):
        assert sound.found(at(hour, day=TOMORROW)) == []
    sound.execute("update ops.runs set state = 'failed', finished_at = now() where run_id = %(run)s", run=run)
    assert sound.found(at(6, day=TOMORROW)) == []
    sound.run("reading", PROVINCIAL, TOMORROW, "running")
    assert sound.found(at(7, day=TOMORROW)) == []
    frozen(decided=True, sealed=True, state="failed", days=0)(sound)
    assert "delivery_failed" not in {alert.kind for alert in sound.found(at(16, 30, TOMORROW))}


def test_where_the_national_portal_is_read_alone_nothing_of_the_other_is_missed(sound: Installation) -> None:
    for table in ("cursors", "ledger", "check_results"):
        sound.execute(f"delete from ops.{table}")
    sound.execute("delete from ops.runs where portal = 'provincial_portal'")
    sound.settings = replace(sound.settings, portals={NATIONAL: PortalSettings(NATIONAL, "H44", "https://portal")})
    resources = ["departments", "evaluations", "evaluated_units"]
    for day in (DAY, TOMORROW):
        sound.read(NATIONAL, day, resources)
        sound.run("ranking", None, day)
    assert sound.found(at(8, day=TOMORROW)) == []
    [missing, _] = sound.found(at(8, day=TOMORROW + timedelta(days=1)))
    assert missing.key == "reading_missing/national_portal"


def test_what_was_installed_today_is_not_late(database: Database) -> None:
    with database.connect() as connection:
        fresh = Installation(database, replace(settings_for(database), first_period=DAY.replace(day=1)), connection)
        for hour in (8, 23):
            assert fresh.found(at(hour)) == []
        fresh.run("reading", PROVINCIAL, DAY, "running", started_at=at(10, 0))
        assert fresh.found(at(11)) == []
        kinds = {alert.kind for alert in fresh.found(at(8, 10, TOMORROW))}
        assert kinds == {"reading_missing", "build_missing", "run_open"}


def test_a_page_less_at_the_real_door_is_told_in_its_words(database: Database) -> None:
    settings = replace(settings_for(database), first_period=AS_OF.date().replace(day=1))
    run = land_provincial(settings, Given(dossiers(60), declared=100))
    with pytest.raises(AuditBlocked):
        runs.audit_landing(settings, run)
    with database.connect() as connection:
        found = Installation(database, settings, connection).found(AS_OF + timedelta(hours=2))
    [alert] = [alert for alert in found if alert.kind == "batch_blocked"]
    assert f"lượt {run} bị chặn" in alert.what_vi and "missing_records = 40; yêu cầu nhiều nhất 0" in alert.what_vi
    assert f"accept_blocked_batch với run = {run}" in alert.todo_vi

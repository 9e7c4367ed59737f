"""The door in: a batch that is not sane stays outside, and the run says in words why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from dvc766 import runs
from dvc766.portals.contract import Doubt, Rejection
from dvc766.quality.audit import AuditBlocked
from dvc766.settings import Settings
from dvc766.warehouse.sessions import RunRefused
from tests.database import Database
from tests.dvc766.quality.batches import AS_OF, Given, agencies, dossiers, land_provincial, ratings, settings_for, take


@pytest.fixture
def settings(database: Database) -> Settings:
    """The project's settings over an empty warehouse."""
    return settings_for(database)


def a_page_missing() -> Given:
    return Given(dossiers(800), declared=1000)


def a_third_of_the_codes_unknown() -> Given:
    unknown = [Rejection(f"other-{n}", "dossierStatus.id", "unknown_code", "23") for n in range(100)]
    return Given(dossiers(200), unknown, declared=300)


def three_codes_unknown() -> Given:
    many = [Rejection(f"other-{n}", "dossierStatus.id", "unknown_code", "77") for n in range(30)]
    few = [Rejection(f"few-{n}", "dossierStatus.id", "unknown_code", "23") for n in range(2)]
    one = [Rejection(None, "fees.type", "unknown_code", "X1")]
    return Given(dossiers(67), [*many, *few, *one], declared=100)


def dates_shuffled() -> Given:
    # received and completed changed places
    rows = dossiers(100, received_at="2025-06-17T10:00:00+07:00", completed_at="2025-06-16T10:00:00+07:00")
    return Given(rows, declared=100)


def the_total_fell() -> Given:
    return Given(dossiers(200), declared=200, fell=843)


def half_of_the_fee_lines_belong_to_nobody() -> Given:
    orphans = [Doubt("orphan", "fee_lines", f"D{number:03}") for number in range(50)]
    return Given(dossiers(100), declared=100, doubts=orphans * 2)


def fields_unreadable() -> Given:
    broken = [Rejection(f"other-{n}", "appliedDate", "unreadable") for n in range(20)]
    return Given(dossiers(180), broken, declared=200)


DEFECTS: dict[Callable[[], Given], tuple[str, ...]] = {
    a_page_missing: ("missing_records = 200", "nhiều nhất 0", "mất trang"),
    a_third_of_the_codes_unknown: (
        *("unknown_code_ratio = 0.333333", "nhiều nhất 0.2"),
        "mã lạ: dossierStatus.id = 23 (100 bản ghi, ví dụ other-0)",
    ),
    three_codes_unknown: ("dossierStatus.id = 23 (2 bản ghi", "dossierStatus.id = 77 (30 bản ghi", "fees.type = X1 (1"),
    the_total_fell: ("withdrawn_ratio = 0.808245", "nhiều nhất 0.05", "đang mất dữ liệu"),
    half_of_the_fee_lines_belong_to_nobody: (
        *("orphan_ratio = 0.5", "nhiều nhất 0.05"),
        "phần của bản ghi không được hỏi: fee_lines (100, ví dụ D000)",
    ),
    dates_shuffled: ("completed_before_received_ratio = 1", "nhiều nhất 0.05", "sai"),
    fields_unreadable: (
        *("unreadable_ratio = 0.1", "nhiều nhất 0.05"),
        "trường không đọc được: appliedDate (20 bản ghi, ví dụ other-0)",
    ),
}


def state_of(database: Database) -> list[tuple[object, ...]]:
    """What a blocked run must leave alone."""
    with database.connect() as connection:
        return connection.execute(
            """
            select 'raw', source_id, version_id::text, content_hash::text from raw.provincial_portal__dossiers
            union all select 'cursor', resource, cursor_at::text, null from ops.cursors
            union all select 'ledger', resource, run_id::text, fetched::text from ops.ledger
            order by 1, 2, 3
            """
        ).fetchall()


def test_a_sane_batch_passes_and_reaches_raw(settings: Settings, database: Database) -> None:
    run_id = land_provincial(settings, Given(dossiers(100), declared=100))
    audit = runs.audit_landing(settings, run_id)
    assert audit.passed
    assert audit.warnings == ()
    assert len(audit.checks) > 60
    [entry] = [entry for entry in runs.promote(settings, run_id) if entry.resource == "dossiers"]
    assert (entry.fetched, entry.new) == (100, 100)
    with database.connect() as connection:
        assert connection.execute("select state from ops.runs").fetchall() == [("succeeded",)]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.__name__)
def test_a_planted_defect_is_blocked_and_named(
    defect: Callable[[], Given], settings: Settings, database: Database
) -> None:
    take(settings, Given(dossiers(100), declared=100), as_of=AS_OF - timedelta(days=1))
    before = state_of(database)
    run_id = land_provincial(settings, defect())
    with pytest.raises(AuditBlocked) as blocked:
        runs.audit_landing(settings, run_id)
    for words in ("provincial_portal__dossiers", "docs/runbooks/lo-bi-chan.md", *DEFECTS[defect]):
        assert words in str(blocked.value)
    assert state_of(database) == before
    with database.connect() as connection:
        [(state, message)] = connection.execute(
            "select state, message_vi from ops.runs where run_id = %s", [run_id]
        ).fetchall()
    assert (state, message) == ("blocked", str(blocked.value))
    with pytest.raises(RunRefused):
        runs.promote(settings, run_id)
    assert state_of(database) == before


def test_half_the_usual_volume_is_blocked_once_five_readings_say_what_is_usual(settings: Settings) -> None:
    for week in range(5, 0, -1):
        take(settings, Given(dossiers(200), declared=200), as_of=AS_OF - timedelta(weeks=week))
    with pytest.raises(AuditBlocked, match=r"volume_ratio = 0\.5; yêu cầu ít nhất 0\.6"):
        runs.audit_landing(settings, land_provincial(settings, Given(dossiers(100), declared=100)))
    warned = runs.audit_landing(settings, land_provincial(settings, Given(dossiers(130), declared=130)))
    assert [check.expectation for check in warned.warnings] == ["volume_ratio: expect_column_values_to_be_between"]


def test_half_the_ratings_are_told_and_keep_no_dossier_out(settings: Settings, database: Database) -> None:
    for week in range(5, 0, -1):
        usual = {"ratings": Given(ratings(200), declared=200)}
        take(settings, Given(dossiers(100), declared=100), as_of=AS_OF - timedelta(weeks=week), others=usual)
    few = {"ratings": Given(ratings(100), declared=100)}
    run_id = land_provincial(settings, Given(dossiers(100), declared=100), others=few)
    warned = runs.audit_landing(settings, run_id)
    assert {(check.table, check.severity) for check in warned.warnings} == {("provincial_portal__ratings", "warning")}
    assert len(runs.promote(settings, run_id)) == 6


SECONDARY_FAULTS = {
    "payment_requests": Given(declared=5),  # five records are missing
    "payment_transactions": Given([], [Rejection("a", "payment.status", "unknown_code", "9")], declared=1),
    "ratings": Given([], [Rejection("a", "ratedAt", "unreadable")], declared=1),
}


@pytest.mark.parametrize("resource", SECONDARY_FAULTS)
def test_a_fault_of_a_secondary_resource_warns_and_stops_nothing(resource: str, settings: Settings) -> None:
    given = {resource: SECONDARY_FAULTS[resource]}
    run_id = land_provincial(settings, Given(dossiers(100), declared=100), others=given)
    warned = runs.audit_landing(settings, run_id)
    assert {check.table for check in warned.warnings} == {f"provincial_portal__{resource}"}
    assert len(runs.promote(settings, run_id)) == 6


def test_the_same_fault_of_a_main_resource_stops_the_run(settings: Settings) -> None:
    run_id = land_provincial(settings, Given(dossiers(100), declared=100), others={"petitions": Given(declared=5)})
    with pytest.raises(AuditBlocked, match="provincial_portal__petitions"):
        runs.audit_landing(settings, run_id)


def test_a_warning_is_recorded_and_stops_nothing(settings: Settings, database: Database) -> None:
    unknown = [Rejection("other", "dossierStatus.id", "unknown_code", "23")]
    run_id = land_provincial(settings, Given(dossiers(99), unknown, declared=100))
    audit = runs.audit_landing(settings, run_id)
    assert [check.severity for check in audit.warnings] == ["warning"]
    with database.connect() as connection:
        rows = connection.execute(
            "select door, severity, observed, notes_vi from ops.check_results where not passed"
        ).fetchall()
    [(door, severity, observed, notes)] = rows
    assert (door, severity, observed) == ("in", "warning", {"unknown_code_ratio": 0.01})
    assert "ma-la.md" in notes


def test_objects_that_repeat_a_key_are_said_at_the_door(settings: Settings, database: Database) -> None:
    run_id = land_provincial(settings, Given(dossiers(10), declared=10, repeated_keys=2))
    [warning] = runs.audit_landing(settings, run_id).warnings
    assert warning.expectation.startswith("repeated_keys:")
    with database.connect() as connection:
        [(observed, notes)] = connection.execute(
            "select observed, notes_vi from ops.check_results where not passed"
        ).fetchall()
    assert observed == {"repeated_keys": 2}
    assert "lặp lại một khóa" in notes


@pytest.mark.parametrize(
    "ahead",
    [
        {"completed_at": "2052-06-16T10:00:00+07:00"},
        {"received_at": "2025-06-18T00:31:00+07:00", "completed_at": None},
        {"competent_received_at": "2025-07-01T08:00:00+07:00"},
        {"refused_at": "2026-06-16T10:00:00+07:00"},
        {"supplements": '[{"asked_at": "2025-06-17T10:00:00+07:00", "answered_at": "2205-06-17T10:00:00+07:00"}]'},
        {"redatings": '[{"redated_at": "2025-06-19T10:00:00+07:00"}]'},
    ],
    ids=lambda ahead: next(iter(ahead)),
)
def test_dates_after_the_clock_are_told_with_their_records(
    ahead: dict[str, str | None], settings: Settings, database: Database
) -> None:
    rows = [*dossiers(2, **ahead), *dossiers(100)[2:]]
    audit = runs.audit_landing(settings, land_provincial(settings, Given(rows, declared=100)))
    [check] = [check for check in audit.warnings if "dates_ahead" in check.observed]
    assert check.observed == {"dates_ahead": 2}
    assert "dates_ahead = 2; yêu cầu nhiều nhất 0 (bản ghi key-00000, key-00001)." in check.sentence_vi
    with database.connect() as connection:
        [(notes,)] = connection.execute(
            "select notes_vi from ops.check_results where not passed and observed ? 'dates_ahead'"
        ).fetchall()
    assert notes.startswith("bản ghi key-00000, key-00001. ")


def test_a_due_date_ahead_is_as_it_should_be(settings: Settings) -> None:
    rows = dossiers(100, due_at="2025-08-01T17:00:00+07:00")
    audit = runs.audit_landing(settings, land_provincial(settings, Given(rows, declared=100)))
    assert audit.warnings == ()


@pytest.mark.parametrize(
    ("given", "observed", "words"),
    [
        (Given(dossiers(60), declared=1), {"surplus_records": 59}, "khai ít bản ghi hơn"),
        (Given(dossiers(60), declared=59), {"surplus_records": 1}, "khai ít bản ghi hơn"),
        (Given(dossiers(99), declared=99, fell=1), {"withdrawn_ratio": 0.01}, "giảm trong lúc đọc"),
        (
            Given(dossiers(60), declared=60, doubts=[Doubt("false_end", "record", "key-1")]),
            {"false_ends": 1},
            "còn bản ghi sau trang cuối: record (1, ví dụ key-1)",
        ),
        (
            Given(dossiers(50), declared=50, doubts=[Doubt("orphan", "details", "d9")] * 3),
            {"orphan_ratio": 0.02},
            "phần của bản ghi không được hỏi: details (3, ví dụ d9)",
        ),
    ],
)
def test_what_a_portal_said_and_did_not_hold_is_a_warning_in_words(
    given: Given, observed: dict[str, float], words: str, settings: Settings
) -> None:
    run_id = land_provincial(settings, given)
    [warning] = runs.audit_landing(settings, run_id).warnings
    assert dict(warning.observed) == observed
    assert words in warning.sentence_vi
    [entry] = [entry for entry in runs.promote(settings, run_id) if entry.resource == "dossiers"]
    assert entry.new == len(given.rows)


def test_a_total_that_fell_by_what_was_received_is_no_doubt(settings: Settings) -> None:
    audit = runs.audit_landing(settings, land_provincial(settings, Given(dossiers(100), declared=100, fell=0)))
    assert audit.warnings == ()
    received = Given(dossiers(100), declared=98, fell=2)  # two changed again after they were read
    audit = runs.audit_landing(settings, land_provincial(settings, received))
    assert [dict(check.observed) for check in audit.warnings] == [{"surplus_records": 2}]


@pytest.mark.parametrize(("broken", "warned"), [(0, 0), (1, 1), (15, 2)])
def test_a_name_that_cannot_be_read_costs_no_agency(broken: int, warned: int, settings: Settings) -> None:
    """All names lost are another matter: the warehouse's own would be wiped."""
    doubts = [Doubt("left_empty", "name_vi", f"a{number}") for number in range(broken)]
    run_id = land_provincial(settings, Given(), others={"agencies": Given(agencies(15), declared=15, doubts=doubts)})
    if broken == 15:
        with pytest.raises(AuditBlocked, match=r"tên bị để trống: name_vi \(15, ví dụ a0\)"):
            runs.audit_landing(settings, run_id)
        return
    assert len(runs.audit_landing(settings, run_id).warnings) == warned
    [entry] = [entry for entry in runs.promote(settings, run_id) if entry.resource == "agencies"]
    assert (entry.new, entry.quarantined) == (15, 0)


def test_results_hold_numbers_only(settings: Settings, database: Database) -> None:
    run_id = land_provincial(settings, Given(dossiers(50, agency_code="Bí mật"), declared=50))
    runs.audit_landing(settings, run_id)
    with database.connect() as connection:
        observed = connection.execute("select observed from ops.check_results").fetchall()
        texts = connection.execute("select string_agg(check_results::text, ' ') from ops.check_results").fetchone()
    assert observed
    assert all(isinstance(value, int | float | None) for (found,) in observed for value in found.values())
    assert texts is not None
    assert "Bí mật" not in texts[0]


def test_another_runs_batch_is_no_pass(settings: Settings) -> None:
    first = land_provincial(settings, Given(dossiers(10), declared=10))
    land_provincial(settings, Given(dossiers(10), declared=10))
    with pytest.raises(RunRefused, match="không phải của lượt chạy"):
        runs.audit_landing(settings, first)


def test_a_run_that_was_not_judged_is_not_promoted(settings: Settings) -> None:
    run_id = land_provincial(settings, Given(dossiers(10), declared=10))
    with pytest.raises(RunRefused, match="chưa qua được bước kiểm tra"):
        runs.promote(settings, run_id)

"""The views of schema ops say of a night what became of it, and of what waits for a person that it waits."""

from __future__ import annotations

import re
from datetime import date, timedelta

import psycopg
import pytest

from dvc766.settings import PROJECT_ROOT
from tests.database import Database
from tests.dvc766.runs.nights import DAY, NATIONAL, PROVINCIAL, RESOURCES, Nights

VIEWS = (
    *("source_days", "last_night", "quarantine_open", "door_results", "waiting_batches"),
    *("restatements_open", "next_deadlines", "undecided_revisions"),
)
TOMORROW = DAY + timedelta(days=1)


@pytest.fixture
def nights(database: Database) -> Nights:
    """A warehouse with both portals connected, and no night yet."""
    nights = Nights(database)
    nights.connect_portals()
    return nights


def states(nights: Nights, day: date = DAY) -> dict[str, str]:
    """The state of each source on a day."""
    rows = nights.rows("select resource, state from ops.source_days where day = %s", day)
    return {row["resource"]: row["state"] for row in rows}


def sentence(nights: Nights) -> str:
    """What the one row of ops.last_night says."""
    [night] = nights.rows("select * from ops.last_night")
    assert night["is_complete"] == (night["verdict_vi"] == "đủ")
    return str(night["sentence_vi"])


def test_a_night_that_is_read_and_built_is_complete(nights: Nights) -> None:
    assert sentence(nights) == "Chưa có lượt đọc nào."
    for portal in RESOURCES:
        nights.read(portal)
    assert sentence(nights) == (
        "Đêm 18/06/2025 chưa đủ: 3/3 nguồn đã đọc xong; bảng xếp hạng chưa tính với dữ liệu này."
    )
    nights.build()
    assert states(nights) == dict.fromkeys(("evaluations", "dossiers", "ratings"), "whole")
    assert sentence(nights) == "Đêm 18/06/2025 đủ: 3 nguồn đã đọc xong, bảng xếp hạng đã tính với dữ liệu này."
    [row] = nights.rows("select * from ops.source_days where resource = 'ratings'")
    assert (row["fetched"], row["new_records"], f"{row['read_to_local_at']}") == (10, 10, "2025-06-18 01:30:00")


def test_a_source_that_was_never_read_is_missed(nights: Nights) -> None:
    nights.read(NATIONAL)
    nights.build()
    assert states(nights) == {"evaluations": "whole", "dossiers": "missing", "ratings": "missing"}
    assert "Cổng Dịch vụ công của tỉnh: thiếu dossiers, ratings" in sentence(nights)


@pytest.mark.parametrize(
    ("state", "found", "words"),
    [("failed", "missing", "thiếu"), ("blocked", "blocked", "bị chặn"), ("running", "running", "đang đọc")],
)
def test_what_became_of_a_reading_is_told(nights: Nights, state: str, found: str, words: str) -> None:
    nights.read(NATIONAL)
    nights.read(PROVINCIAL, state=state, message="Cổng không trả lời.")
    nights.build()
    assert states(nights)["dossiers"] == found
    assert f"Cổng Dịch vụ công của tỉnh: {words} dossiers, ratings" in sentence(nights)
    [row] = nights.rows("select message_vi from ops.source_days where resource = 'ratings'")
    assert row["message_vi"] == "Cổng không trả lời."


def test_a_list_that_lacks_records_is_missing(nights: Nights) -> None:
    nights.read(NATIONAL)
    nights.read(PROVINCIAL, missing=3)
    nights.build()
    assert states(nights)["dossiers"] == "missing"


def test_a_reading_after_the_build_is_late_and_has_to_be_built(nights: Nights) -> None:
    nights.read(NATIONAL)
    nights.read(PROVINCIAL, state="failed")
    nights.build()
    nights.read(PROVINCIAL)
    assert states(nights) == {"evaluations": "whole", "dossiers": "late", "ratings": "late"}
    assert sentence(nights).endswith("bảng xếp hạng chưa tính với dữ liệu này.")
    nights.build(state="failed")
    assert sentence(nights).endswith("bảng xếp hạng tính không thành công.")
    nights.build()
    assert sentence(nights) == (
        "Đêm 18/06/2025 đủ: 3 nguồn đã đọc xong (2 nguồn trễ), bảng xếp hạng đã tính với dữ liệu này."
    )


def test_a_night_without_a_run_is_missing_until_a_later_one_reads_it_too(nights: Nights) -> None:
    for portal in RESOURCES:
        nights.read(portal)
    nights.build()
    nights.read(NATIONAL, DAY + timedelta(days=2))
    assert states(nights, TOMORROW) == {"evaluations": "late", "dossiers": "missing", "ratings": "missing"}
    nights.read(PROVINCIAL, DAY + timedelta(days=2))
    assert set(states(nights, TOMORROW).values()) == {"late"}


def test_an_old_build_of_the_newest_day_is_not_taken_for_a_new_one(nights: Nights) -> None:
    for portal in RESOURCES:
        nights.read(portal)
    nights.build()
    for portal in RESOURCES:
        nights.read(portal, TOMORROW)
    assert sentence(nights).startswith("Đêm 19/06/2025 chưa đủ: 3/3")


def test_a_blocked_batch_waits_until_a_reading_goes_through(nights: Nights) -> None:
    suite = f"{PROVINCIAL}__dossiers"
    for _ in range(2):
        run = nights.read(PROVINCIAL, state="blocked")
        nights.check(run, suite, passed=False, batch=run)
        nights.check(run, suite, passed=False, batch=run, expectation="gone_share: largest_gone_share")
        nights.check(run, suite, passed=True, batch=run, expectation="fetched")
    rows = nights.rows("select * from ops.waiting_batches order by kind")
    assert [(row["kind"], row["run_id"], row["resource"]) for row in rows] == [
        ("batch", run, "dossiers"),
        ("deletions", run, "dossiers"),
    ]
    assert (rows[0]["measured_vi"], rows[0]["limit_vi"]) == ("volume_ratio = 0.5", "ít nhất 0.6")
    assert f"{rows[0]['since_local_at']}" == "2026-01-01 00:30:00"  # of the first of the two
    nights.read(PROVINCIAL)
    assert nights.rows("select * from ops.waiting_batches") == []


def test_the_doors_latest_verdict_counts(nights: Nights) -> None:
    suite = f"{PROVINCIAL}__dossiers"
    for passed in (False, True, False):
        run = nights.read(PROVINCIAL, state="succeeded" if passed else "blocked")
        nights.check(run, suite, passed=passed, batch=run)
    nights.check(nights.build(), "agency_rankings_monthly", passed=False, severity="warning", door="out")
    rows = nights.rows("select * from ops.door_results order by door")
    assert [(row["door"], row["verdict"], row["verdict_vi"]) for row in rows] == [
        ("in", "blocked", "không đạt, bị chặn"),
        ("out", "warning", "không đạt, cảnh báo"),
    ]
    nights.run(
        "insert into ops.acceptances (run_id, batch_id, suite, expectation, reason, accepted_by)"
        " values (%s, %s, %s, 'volume_ratio', 'Nghỉ lễ', 'Bà B')",
        *(run, run, suite),
    )
    [accepted] = nights.rows("select * from ops.door_results where door = 'in'")
    assert (accepted["verdict"], accepted["accepted_by"]) == ("accepted", "Bà B")


def test_a_frozen_month_waits_for_its_approval_then_for_its_seal(nights: Nights) -> None:
    run = nights.build(date(2025, 8, 15))
    nights.run(
        "insert into ops.month_deadlines values ('2025-07-01', '2025-08-15', 5), ('2025-08-01', '2025-09-15', 5)"
    )

    def deadlines() -> list[tuple[object, ...]]:
        found = nights.rows("select * from ops.next_deadlines order by period_month, step")
        return [(row["period_label"], row["kind"], row["days_left"], row["is_overdue"]) for row in found]

    august = [
        ("08/2025", "freeze", 31, False),
        ("08/2025", "approval", 36, False),
        ("08/2025", "publication", 36, False),
    ]
    assert deadlines()[:3] == [
        *(("07/2025", "freeze", 0, False), ("07/2025", "approval", 5, False)),
        ("07/2025", "publication", 5, False),
    ]
    freeze(nights, run, "2025-07-01")
    assert deadlines() == [("07/2025", "approval", -5, True), ("07/2025", "publication", -5, True), *august]
    assert [row["kind"] for row in nights.rows("select kind from ops.waiting_batches")] == ["approval"]
    approve(nights, "2025-07-01")
    assert deadlines() == [("07/2025", "publication", -1, True), *august]
    assert [row["kind"] for row in nights.rows("select kind from ops.waiting_batches")] == ["seal"]
    nights.run(
        "insert into published.publications (sequence, period_month, revision, decision_id, manifest_sha256, folder,"
        " sealed_at) select 1, period_month, revision, decision_id, '', '', now() from published.decisions"
    )
    assert deadlines() == august
    assert nights.rows("select * from ops.waiting_batches") == []


def test_history_that_was_frozen_in_bulk_waits_for_nobody(nights: Nights) -> None:
    run = nights.build(date(2025, 9, 15))
    for month in ("2025-05-01", "2025-06-01", "2025-07-01"):
        nights.run("insert into ops.month_deadlines values (%s, '2025-08-15', 5)", month)
        freeze(nights, run, month)
    assert waiting(nights) == [("approval", "2025-07", 1)]
    approve(nights, "2025-07-01")
    assert waiting(nights) == [("seal", "2025-07", 1)]
    freeze(nights, run, "2025-05-01", revision=2)  # of a month that never went out
    freeze(nights, run, "2025-07-01", revision=2)
    freeze(nights, run, "2025-08-01")
    assert waiting(nights) == [("approval", "2025-07", 2), ("approval", "2025-08", 1), ("seal", "2025-07", 1)]
    approvals = "select period_label from ops.next_deadlines where kind = 'approval' order by period_month"
    assert [row["period_label"] for row in nights.rows(approvals)] == ["07/2025"]


def waiting(nights: Nights) -> list[tuple[str, str, int]]:
    """The months that wait for a person."""
    rows = nights.rows("select kind, period_month, revision from ops.waiting_batches order by kind, period_month")
    return [(row["kind"], f"{row['period_month']:%Y-%m}", row["revision"]) for row in rows]


def freeze(nights: Nights, run: int, month: str, revision: int = 1) -> None:
    """Note a revision of a month."""
    nights.run(
        "insert into published.revisions (period_month, revision, period_kind, last_on, frozen_at, as_of,"
        " code_fingerprint, reference_fingerprint, catalogue_version, build_run_id, run_id, official_source,"
        " reason_code, note, author, approver)"
        " values (%s, %s, 'month', '2025-12-31', '2025-08-05 08:00+07', now(), '', '', '', %s, %s, '', %s, %s, %s, %s)",
        *(month, revision, run, run),
        *(("late_data", "Văn bản 1", "Ông A", "Bà B") if revision > 1 else (None, None, None, None)),
    )


def approve(nights: Nights, month: str) -> None:
    """Note that somebody approved the first revision of a month."""
    nights.run(
        "insert into published.decisions (period_month, revision, decision, decided_by, decided_at, asked_at, channel,"
        " checklist, answer) values (%s, 1, 'approved', 'Bà B', '2025-08-14 09:00+07', now(), 'command', '[]', '')",
        month,
    )


def test_what_the_newest_watch_found_is_open_until_the_month_is_corrected(nights: Nights) -> None:
    found = (
        (
            "insert into ops.restatements (run_id, province_code, period_month, agency_code, indicator_code, revision,"
            " points_before, points_after, rank_before, rank_after, records, causes)"
            " values (%s, 'H44', '2025-07-01', 'H44.03', '', %s, 80.5, 80, 3, 4, 2, '{{records,reference}}')"
        )
        .replace("{{", "{")
        .replace("}}", "}")
    )
    runs = []
    for revision in (1, 2):
        [run] = nights.rows(
            "insert into ops.runs (kind, as_of, finished_at, state) values ('watching', now(), now(), 'succeeded')"
            " returning run_id"
        )
        runs.append(run["run_id"])
        nights.run(
            "insert into published.revisions (period_month, revision, period_kind, last_on, frozen_at, as_of,"
            " code_fingerprint, reference_fingerprint, catalogue_version, build_run_id, run_id, official_source,"
            " reason_code, note, author, approver)"
            " values ('2025-07-01', %s, 'month', '2025-07-31', now(), now(), '', '', '', %s, %s,"
            " '', 'x', 'y', 'a', 'b')",
            *(revision, run["run_id"], run["run_id"]),
        )
        nights.run(found, run["run_id"], revision)
    [row] = nights.rows("select * from ops.restatements_open")
    assert (row["run_id"], row["moves_a_rank"], row["is_total"]) == (runs[-1], True, True)
    assert row["causes_vi"] == "bản ghi đến sau hoặc đổi sau, bảng tham chiếu đã đổi"
    nights.run("update ops.restatements set revision = 1")
    assert nights.rows("select * from ops.restatements_open") == []


def test_every_view_and_column_says_in_vietnamese_what_it_is(database: Database) -> None:
    with database.connect() as connection:
        rows = connection.execute(
            "select relation.relname, attribute.attname, coalesce(col_description(relation.oid, attribute.attnum), ''),"
            " coalesce(obj_description(relation.oid), '') from pg_class as relation"
            " inner join pg_attribute as attribute on attribute.attrelid = relation.oid and attribute.attnum > 0"
            " where relation.relkind = 'v' and relation.relnamespace = 'ops'::regnamespace"
        ).fetchall()
    assert {row[0] for row in rows} >= set(VIEWS)
    silent = [row[:2] for row in rows if row[0] in VIEWS and (row[2].isascii() or row[3].isascii())]
    assert silent == []


def test_who_watches_reads_the_views_and_readers_of_the_marts_do_not(database: Database) -> None:
    with database.connect("ops_reader") as watcher, database.connect("bi_reader") as reader:
        for view in VIEWS:
            watcher.execute(f"select * from ops.{view}")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(f"select * from ops.{view}")


def test_the_runbook_s_query_tells_the_week_as_the_role_it_names(nights: Nights) -> None:
    nights.read(PROVINCIAL, state="failed", message="Cổng không trả lời.")
    text = (PROJECT_ROOT / "docs" / "runbooks" / "dem-qua.md").read_text(encoding="utf-8")
    [query] = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    [role] = set(re.findall(r"vai trò `(\w+)`", text))
    with nights.database.connect(role) as connection:
        rows = connection.execute(query).fetchall()
    assert [(row[2], row[3], row[-1]) for row in rows if row[2] == "ratings"] == [
        ("ratings", "thiếu", "Cổng không trả lời.")
    ]

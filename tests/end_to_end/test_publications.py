"""A frozen month becomes a publication: what is open blocks it, a person approves it, the bundle is what was frozen."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dvc766 import runs, sealing
from dvc766.reporting import source
from dvc766.reporting.content import Terms
from dvc766.runs.life import engine_of_role
from dvc766.runs.publishing import contents
from tests.database import FILLED
from tests.end_to_end.conftest import MakeDatabase, edited_project
from tests.end_to_end.pipeline import Pipeline
from tests.end_to_end.test_frozen_months import GONE, PERIOD

ANSWER = "Đã rà soát; các hồ sơ này không thuộc cơ quan được xếp hạng."
CAUSE_OF_ONE_CELL = (
    "update published.score_reconciliations_monthly set cause_code = %s, is_proved = false, difference = 0.70"
    " where row_code = '2.1' and agency_code = (select min(agency_code) from published.agency_rankings_monthly"
    " where rank is not null)"
)


@pytest.fixture
def frozen(small: Pipeline, make_database: MakeDatabase) -> Iterator[Pipeline]:
    """The small province with its month frozen, for one test."""
    pipeline = small.on(make_database(FILLED, small.database.name))
    runs.freeze(pipeline.settings, PERIOD)
    yield pipeline
    small.database.cluster.drop_database(FILLED)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    sealing.create_key_pair(tmp_path / "private.pem", tmp_path / "public.pem")
    return tmp_path


def test_a_month_is_published_once_and_is_what_was_frozen(frozen: Pipeline, place: Path) -> None:
    runs.approve(frozen.settings, PERIOD, by="Trần B", channel="command", answer=ANSWER)
    first = _seal(frozen, place, 1)
    assert _seal(frozen, place, 1) == first
    assert sealing.verify(Path(first.folder), place / "public.pem").word == "VALID"
    rankings = _csv(first.folder, "rankings")
    shown = frozen.rows("select * from marts.agency_rankings_monthly where period_month = %s", PERIOD)
    assert {row["agency_code"]: Decimal(row["score"]) for row in rankings} == {
        row["agency_code"]: row["score"] for row in shown
    }
    listed = frozen.rows("select count(*) from marts.dossier_deductions_monthly where period_month = %s", PERIOD)
    assert [{"count": len(_csv(first.folder, "dossier_deductions"))}] == listed
    changes = frozen.rows("select count(*) from marts.dossier_redatings_monthly where period_month = %s", PERIOD)
    assert [{"count": len(_csv(first.folder, "dossier_redatings"))}] == changes
    manifest = json.loads(Path(first.folder, "manifest.json").read_text())
    kept = frozen.rows("select count(*) from published.dossier_months")
    assert [{"count": manifest["inputs"]["dossier_months"]["rows"]}] == kept
    words = {row["column_name"] for row in _csv(first.folder, "data_dictionary") if row["table"] == "rankings"}
    assert words == set(rankings[0]) - {"is_current"} | {"is_latest_period"}


def test_what_an_officer_wrote_is_sealed_and_then_stays(frozen: Pipeline, place: Path) -> None:
    write = runs.write_report_texts
    assert write(frozen.settings, PERIOD, {"tasks": " Rà soát.\r\nBáo cáo. ", "causes": " "}, by="Lê C") == 1
    write(frozen.settings, PERIOD, {"tasks": "Rà soát.\nBáo cáo."}, by="Lê C")  # the same again adds nothing
    write(frozen.settings, PERIOD, {"tasks": "Rà soát 12 hồ sơ.", "follow_up": "Đã xong."}, by="Phạm D")
    with engine_of_role(frozen.settings, "bi_reader") as engine:
        said = source.read(engine, PERIOD, 1, Terms(PERIOD, 5, "")).texts
    assert said == {"tasks": "Rà soát 12 hồ sơ.", "follow_up": "Đã xong."}
    runs.approve(frozen.settings, PERIOD, by="Trần B", channel="command", answer=ANSWER)
    with pytest.raises(runs.ReportTextRefused, match="đã được duyệt"):
        write(frozen.settings, PERIOD, {"tasks": "Khác."}, by="Lê C")
    kept = _csv(_seal(frozen, place, 1).folder, "report_texts")
    assert [(row["section"], row["written_by"]) for row in kept] == [
        ("tasks", "Lê C"),
        ("tasks", "Phạm D"),
        ("follow_up", "Phạm D"),
    ]
    with pytest.raises(psycopg.errors.CheckViolation, match="is sealed"), frozen.database.connect() as owner:
        owner.execute("insert into published.report_texts (period_month, revision, section, text_vi, written_by)"
                      " values (%s, 1, 'tasks', 'Khác.', 'Lê C')", [PERIOD])  # fmt: skip


def test_the_files_are_the_same_when_they_are_made_again(frozen: Pipeline) -> None:
    first, second = (contents(frozen.settings, PERIOD, 1) for _ in range(2))
    assert [(table.name, table.csv(), table.json()) for table in first.tables] == [
        (table.name, table.csv(), table.json()) for table in second.tables
    ]
    assert first.inputs == second.inputs


def test_nothing_is_sealed_that_nobody_approved(frozen: Pipeline, place: Path) -> None:
    with pytest.raises(runs.NotApproved, match="chưa được duyệt"):
        _seal(frozen, place, 1)
    runs.approve(frozen.settings, PERIOD, by="Trần B", channel="command", answer=ANSWER)
    runs.reject(frozen.settings, PERIOD, by="Lê C", channel="command", answer="Chờ xác minh")
    with pytest.raises(runs.NotApproved, match="chưa được duyệt"):
        _seal(frozen, place, 1)
    assert runs.seal_all(frozen.settings, place / "publications", _key(place)) == []


def test_an_error_blocks_and_a_warning_wants_an_answer(frozen: Pipeline) -> None:
    _, items = runs.checklist(frozen.settings, PERIOD)
    assert {item.severity for item in items} == {"warning"}
    with pytest.raises(runs.NotApproved, match="trả lời bằng văn bản"):
        runs.approve(frozen.settings, PERIOD, by="Trần B", channel="command")
    with frozen.database.connect() as owner:  # a record lost on the way to its list
        owner.execute("alter table published.dossier_months disable trigger append_only")
        owner.execute("delete from published.dossier_months where ctid in (select ctid from published.dossier_months"
                      " where not has_result_file and reporting_agency_code is not null limit 1)")  # fmt: skip
    with pytest.raises(runs.NotReleasable, match=r"chỉ số 4\.1: tử số"):
        runs.approve(frozen.settings, PERIOD, by="Trần B", channel="command", answer=ANSWER)


def test_a_difference_that_nobody_can_explain_blocks_above_the_bound(frozen: Pipeline, tmp_path: Path) -> None:
    with frozen.database.connect() as owner:
        owner.execute("alter table published.score_reconciliations_monthly disable trigger append_only")
        owner.execute(CAUSE_OF_ONE_CELL, ["unexplained"])
    _, items = runs.checklist(frozen.settings, PERIOD)
    assert {item.severity for item in items} == {"warning"}
    edits = {"dbt_project/seeds/rules.csv": lambda text: text.replace("points_allowed,100,", "points_allowed,0.5,")}
    with edited_project(tmp_path / "project", edits) as root:
        _, items = runs.checklist(frozen.with_project(root).settings, PERIOD)
    assert [item.code for item in items if item.severity == "error"] == ["unexplained_difference"]


def test_a_guessed_cause_above_the_bound_is_told_and_blocks_nothing(frozen: Pipeline, tmp_path: Path) -> None:
    with frozen.database.connect() as owner:
        owner.execute("alter table published.score_reconciliations_monthly disable trigger append_only")
        owner.execute(CAUSE_OF_ONE_CELL, ["late_sync"])
    edits = {"dbt_project/seeds/rules.csv": lambda text: text.replace("points_allowed,100,", "points_allowed,0.5,")}
    with edited_project(tmp_path / "project", edits) as root:
        _, items = runs.checklist(frozen.with_project(root).settings, PERIOD)
    assert {item.severity for item in items} == {"warning"}
    guessed = [item.text_vi for item in items if item.code == "inferred_difference"]
    assert len(guessed) == 2, guessed
    assert all("0.70 điểm" in text for text in guessed), guessed
    assert any("chưa chứng minh được" in text for text in guessed)


def test_a_correction_is_approved_by_another_and_follows_in_the_chain(frozen: Pipeline, place: Path) -> None:
    runs.approve(frozen.settings, PERIOD, by="Trần B", channel="command", answer=ANSWER)
    first = _seal(frozen, place, 1)
    with frozen.database.connect() as owner:
        owner.execute(GONE)
    correction = runs.Correction("late_data", "Hồ sơ bị rút khỏi cổng", "Lê C", "Trần B")
    assert runs.correct(frozen.settings, PERIOD, correction).revision == 2
    with pytest.raises(runs.NotApproved, match="người khác"):
        runs.approve(frozen.settings, PERIOD, by="lê  C", channel="airflow", answer=ANSWER)
    runs.approve(frozen.settings, PERIOD, by="Trần B", channel="airflow", answer=ANSWER)
    [second] = runs.seal_all(frozen.settings, place / "publications", _key(place))
    assert (second.sequence, second.revision) == (2, 2)
    assert sealing.verify(Path(second.folder), place / "public.pem").word == "VALID"
    assert sealing.verify(Path(first.folder), place / "public.pem").word == "SUPERSEDED"
    assert len(_csv(second.folder, "dossier_deductions")) != 0


def test_only_what_was_seen_is_approved(frozen: Pipeline) -> None:
    asked = runs.question(frozen.settings, PERIOD)
    assert asked is not None
    other = replace(asked, text_vi=asked.text_vi + "-")
    with pytest.raises(runs.NotApproved, match="so với lúc hỏi"):
        runs.answered(frozen.settings, other, runs.APPROVE, by="Trần B", answer=ANSWER)
    assert frozen.rows("select from published.decisions") == []
    assert runs.answered(frozen.settings, asked, runs.APPROVE, by="Trần B", answer=ANSWER) == runs.APPROVE
    assert runs.question(frozen.settings) is None


def test_an_explanation_is_whole_for_each_revision(frozen: Pipeline) -> None:
    from dvc766.runs.life import engine_of_role
    from dvc766.warehouse.explanations import NoSuchScore, explain

    with engine_of_role(frozen.settings, "bi_reader") as engine:
        cells = frozen.rows(
            "select agency_code, indicator_code from marts.agency_scorecards_monthly where period_month = %s", PERIOD
        )
        for cell in cells[::7]:
            now = explain(engine, PERIOD, cell["agency_code"], cell["indicator_code"])
            kept = explain(engine, PERIOD, cell["agency_code"], cell["indicator_code"], 1)
            assert (now.score, now.records) == (kept.score, kept.records)
            assert now.is_whole or now.score.is_counted_by_portal, cell
        with pytest.raises(NoSuchScore, match="Không có điểm"):
            explain(engine, PERIOD, "H99.1", "2.1")


def _seal(pipeline: Pipeline, place: Path, revision: int, month: date = PERIOD) -> runs.Publication:
    return runs.seal(pipeline.settings, month, revision, place / "publications", _key(place))


def _key(place: Path) -> Ed25519PrivateKey:
    return sealing.load_private_key(place / "private.pem")


def _csv(folder: str, name: str) -> list[dict[str, str]]:
    with Path(folder, f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))

"""Late data after the freeze: the watch names it and changes nothing; a correction is a revision of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dvc766 import runs
from dvc766.warehouse import published
from dvc766.warehouse.engine import engine_for
from tests.database import COPY, FILLED
from tests.end_to_end.conftest import PERIOD, MakeDatabase, edited_project, small_clock
from tests.end_to_end.pipeline import Pipeline

CORRECTION = runs.Correction("late_data", "Văn bản số 12/VP", "Nguyễn Văn A", "Trần Thị B")
# What the freeze itself decides; everything else of a month made again must be as it was frozen.
DECIDED = {"period_state", "period_state_vi", "is_provisional", "revision"}

# Three late versions of dossiers that ended in time: one is gone, one ended two days after it was due, one says what it
# said before.
LATE = """
with chosen as (
    select province_code, source_id, due_on, row_number() over (order by source_id) as number
    from published.dossier_months
    where source_id = any(%s)
)
insert into raw.provincial_portal__dossiers overriding system value
select (jsonb_populate_record(null::raw.provincial_portal__dossiers, to_jsonb(newest) || jsonb_build_object(
    'version_id', (select max(version_id) from raw.provincial_portal__dossiers) + chosen.number,
    'known_from', %s::timestamptz,
    'is_deleted', chosen.number = 1,
    'completed_at', case when chosen.number = 2 then chosen.due_on + interval '50 hours' else newest.completed_at end
))).*
from chosen
inner join lateral (
    select * from raw.provincial_portal__dossiers as version
    where version.province_code = chosen.province_code and version.source_id = chosen.source_id
    order by version_id desc limit 1
) as newest on true
"""


@pytest.fixture(scope="module")
def late(small: Pipeline, make_database: MakeDatabase) -> Iterator[tuple[Pipeline, list[str]]]:
    """The small province frozen, and then the late versions of three dossiers; with the dossiers' ids."""
    pipeline = small.on(make_database(FILLED, small.database.name))
    runs.freeze(pipeline.settings, PERIOD)
    chosen = [
        row["source_id"]
        for row in pipeline.rows(
            "select source_id from published.dossier_months"
            " where is_on_time and is_timed and ending_kind = 'result_ready' and due_on <= '2026-08-20'"
            " order by source_id limit 3"
        )
    ]
    with pipeline.database.connect() as owner:
        moment = owner.execute("select max(known_from) + interval '1 hour' from ops.ledger").fetchone()
        assert owner.execute(LATE, (chosen, moment and moment[0])).rowcount == 3
    yield pipeline, chosen
    small.database.cluster.drop_database(FILLED)


def test_a_frozen_month_made_again_as_it_was_known_is_what_was_frozen(
    late: tuple[Pipeline, list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With other rows of reference today, and with late data: row by row, of the same types."""
    pipeline, _ = late
    edit = {"dbt_project/seeds/grades.csv": lambda text: text.replace(",90,", ",10,")}
    with edited_project(tmp_path_factory.mktemp("grades") / "project", edit) as root:
        settings = pipeline.with_project(root).settings
        engine = engine_for(settings.warehouse, "transformer")
        runs.as_known_at(settings, [PERIOD], published.build_of(engine, PERIOD, 1))
        engine.dispose()
    for table, (_, made) in published.COPIES.items():
        types = {
            row["name"]: row["type"]
            for row in pipeline.rows(
                "select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute"
                f" where attrelid = 'published.{table}'::regclass and attnum > 0 order by attnum"
            )
            if row["name"] not in DECIDED
        }
        typed = ", ".join(f"{name}::{kind}" for name, kind in types.items())
        frozen = pipeline.rows(f"select md5(row({', '.join(types)})::text) as row from published.{table} order by 1")
        again = pipeline.rows(
            f"select md5(row({typed})::text) as row from aside.{made} where period_month = %s order by 1", PERIOD
        )
        # the small province has no petition in hand, and nobody has entered a known error of a portal
        assert len(frozen) > 0 or table in ("petition_months", "source_corrections_monthly")
        assert again == frozen, table


def test_the_watch_names_exactly_what_came_late(late: tuple[Pipeline, list[str]]) -> None:
    pipeline, (gone, delayed, _) = late
    shown, kept = pipeline.fingerprints("marts"), pipeline.fingerprints("published")
    restated = runs.watch_frozen_months(pipeline.settings)
    assert restated.months == [PERIOD]
    assert restated.records == 2
    records = pipeline.rows("select source_id, kind, change, fields, known_since from ops.restated_records order by 1")
    assert [(row["source_id"], row["kind"], row["change"]) for row in records] == sorted(
        [(gone, "dossier", "removed"), (delayed, "dossier", "changed")]
    )
    assert {"is_on_time", "timeliness"} <= set(next(row["fields"] for row in records if row["change"] == "changed"))
    [moment] = pipeline.rows("select max(known_from) as at from raw.provincial_portal__dossiers")
    assert {row["known_since"] for row in records} == {moment["at"]}
    figures = pipeline.rows("select * from ops.restatements where indicator_code = '2.1'")
    assert figures
    assert {tuple(row["causes"]) for row in figures} == {("records",)}
    assert all(row["numerator_after"] < row["numerator_before"] for row in figures)
    assert (pipeline.fingerprints("marts"), pipeline.fingerprints("published")) == (shown, kept)


def test_what_the_watch_found_is_shown_by_the_next_build(late: tuple[Pipeline, list[str]]) -> None:
    pipeline, _ = late
    if not pipeline.rows("select from ops.restatements limit 1"):
        runs.watch_frozen_months(pipeline.settings)
    pipeline.rank()
    findings = pipeline.rows("select * from marts.data_findings where finding_kind = 'restatement'")
    [told] = pipeline.rows(
        "select count(*) as figures from ops.restatements where run_id = (select max(run_id) from ops.restatements)"
    )
    assert len(findings) == told["figures"]
    assert all(row["agency_name_vi"] and row["finding_vi"].count("đã chốt") for row in findings)


def test_without_a_reason_a_frozen_month_stays_and_the_changes_are_told(late: tuple[Pipeline, list[str]]) -> None:
    pipeline, _ = late
    before = pipeline.fingerprints("published")
    with pytest.raises(runs.MonthChanged, match=r"chỉ số 2\.1"):
        runs.correct(pipeline.settings, PERIOD)
    assert pipeline.fingerprints("published") == before


@pytest.mark.parametrize(
    ("correction", "told"),
    [
        (runs.Correction("because", "Văn bản", "Nguyễn Văn A", "Trần Thị B"), "late_data"),
        (runs.Correction("late_data", " ", "Nguyễn Văn A", "Trần Thị B"), "--note"),
        (runs.Correction("late_data", "Văn bản", "Nguyễn Văn A", "nguyễn  văn a "), "hai người"),
        (runs.Correction("late_data", "Văn bản", "Nguyễn Văn A", ""), "hai người"),
    ],
)
def test_a_correction_needs_a_known_reason_a_note_and_two_people(
    late: tuple[Pipeline, list[str]], correction: runs.Correction, told: str
) -> None:
    with pytest.raises(runs.CorrectionRefused, match=told):
        runs.correct(late[0].settings, PERIOD, correction)


def test_a_correction_is_the_next_revision(late: tuple[Pipeline, list[str]], make_database: MakeDatabase) -> None:
    pipeline = late[0].on(make_database(COPY, late[0].database.name))
    first = _rows_of_revision(pipeline, 1)
    assert runs.correct(pipeline.settings, PERIOD, CORRECTION).revision == 2
    assert _rows_of_revision(pipeline, 1) == first
    [row] = pipeline.rows("select reason_code, note, author, approver from published.revisions where revision = 2")
    assert tuple(row.values()) == ("late_data", "Văn bản số 12/VP", "Nguyễn Văn A", "Trần Thị B")
    differences = pipeline.rows("select * from published.revision_differences")
    assert {row["revision"] for row in differences} == {2}
    of_a_figure = "select numerator from published.agency_scorecards_monthly where agency_code = %s" + (
        " and indicator_code = '2.1' order by revision"
    )
    for row in differences:
        if row["indicator_code"] == "2.1":
            numerators = [one["numerator"] for one in pipeline.rows(of_a_figure, row["agency_code"])]
            assert numerators == [row["numerator_before"], row["numerator_after"]]
    moved = {row["agency_code"] for row in differences if row["indicator_code"] == "2.1"} - {"H44"}
    beside = pipeline.rows(
        "select cause_code, is_proved from published.score_reconciliations_monthly"
        " where revision = 2 and indicator_code = '2.1' and agency_code = any(%s)",
        list(moved),
    )
    assert [tuple(row.values()) for row in beside] == [("restated", True)] * len(moved) != []  # as revision 1 was
    shown = pipeline.rows(
        "select distinct revision, period_state from marts.agency_rankings_monthly where period_month = %s", PERIOD
    )
    assert [tuple(one.values()) for one in shown] == [(2, "frozen")]
    assert runs.correct(pipeline.settings, PERIOD, CORRECTION).revision == 2, "nothing has changed since"
    late[0].database.cluster.drop_database(COPY)
    late[0].set_clock(small_clock(late[0]))


def _rows_of_revision(pipeline: Pipeline, revision: int) -> dict[str, list[str]]:
    return {
        table: sorted(map(repr, pipeline.rows(f"select * from published.{table} where revision = %s", revision)))
        for table in ("revisions", *published.COPIES)
    }

"""Lateness told apart: dates changed after the fact, against lives of careless offices judged from their records.

What the marts say of a change is worked out again from the simulator's records: which date the portal showed at one
reading and contradicted at the next, and what the second implementation's verdict is with the one and the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dvc766.warehouse.engine import engine_for
from dvc766.warehouse.explanations import explain
from local_stack.explain import lines
from portal_simulator import life
from portal_simulator.records import Dossier, Procedure, Province, State
from portal_simulator.views.dossiers import appointment_before, detail_row, dossier_events, list_row
from tests.database import COPY, FILLED, Database
from tests.end_to_end.conftest import MakeDatabase, edited_project
from tests.end_to_end.pipeline import Pipeline, pipeline_over
from tests.end_to_end.seeds_of_law import seeds_of
from tests.end_to_end.test_second_implementation import ZONE
from tests.oracle.calendar import wait
from tests.oracle.law import Law
from tests.oracle.scoring import month_of
from tests.oracle.timeliness import Period, clock_started_at, ending, is_in_hand, judge, original_due

MONTHS = [date(2025, month, 1) for month in (6, 7, 8)]
READINGS = [datetime(2025, month, 1, 0, 30, tzinfo=ZONE) for month in (6, 7, 8, 9)]
KNOWN_AT = READINGS[-1]
LAW = Law(competent_receipt_from=date(2025, 6, 16))
CITIZENS = Law(competent_receipt_from=date.max)  # counted from the first receipt
_OPEN = (State.ACCEPTED, State.PROCESSING, State.SUPPLEMENT, State.FINANCIAL_DUTY)
_ENDED = (State.RESULT_READY, State.DELIVERED, State.NOT_ACCEPTED)

# dossier, month, date, before, after, by a letter, on time before, on time after
Change = tuple[str, date, str, date, date, bool, bool | None, bool | None]


@pytest.fixture(scope="module")
def province() -> Province:
    """A small life, in which some dossiers lie a week at the place that received them, and nobody promised a date."""
    made = life.build(seed=24, scale=0.12, careless=True)
    for dossier in made.dossiers:
        is_plain = not dossier.supplements and not any(step.dated and step.dated > step.at for step in dossier.steps)
        if dossier.competent_received_at and dossier.due_at is None and is_plain and dossier.received_at:
            dossier.competent_received_at = dossier.received_at + timedelta(days=7)
    return made


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with edited_project(tmp_path_factory.mktemp("law") / "project", seeds_of(LAW)) as root:
        yield root


@pytest.fixture(scope="module")
def pipeline(
    province: Province, make_database: MakeDatabase, migrated_template: Database, state: Path, project: Path
) -> Iterator[Pipeline]:
    """Read at the end of each month, ranked at the last."""
    database = make_database(FILLED, migrated_template.name)
    with pipeline_over(province, database, state, first_period=MONTHS[0], project_root=project) as lived:
        for moment in READINGS:
            lived.read(moment, sweep=True)
        lived.rank()
        yield lived
    database.cluster.drop_database(FILLED)


def test_every_change_of_a_date_is_told_with_its_effect(province: Province, pipeline: Pipeline) -> None:
    told = changes_told(pipeline)
    expected = set(_expected_changes(province))
    assert sorted(map(str, told - expected)) == sorted(map(str, expected - told)) == []
    effects = [int(bool(after)) - int(bool(before)) for *_, before, after in expected]
    assert min(sum(one[2] == "finished" for one in expected), effects.count(1), sum(one[5] for one in expected)) >= 5


def changes_told(pipeline: Pipeline) -> set[Change]:
    """The changes as the marts list them for the province."""
    rows = pipeline.rows(
        "select source_id, period_month, date_code, before_on, after_on, is_apologised, is_on_time_before,"
        " is_on_time_after from marts.dossier_redatings_monthly"
        " where agency_code = province_code and period_month = any(%s)",
        MONTHS,
    )
    return {tuple(row.values()) for row in rows}


def _expected_changes(province: Province) -> Iterator[Change]:
    catalogue = {procedure.code: procedure for procedure in province.procedures}
    for dossier in province.dossiers:
        if dossier.removed_at is not None and dossier.removed_at <= KNOWN_AT:
            continue
        for month in MONTHS:
            period = month_of(month, KNOWN_AT, LAW)
            if dossier.submitted_at <= KNOWN_AT and is_in_hand(dossier, period):
                procedure = catalogue.get(dossier.procedure_code)
                yield from _letters(dossier, procedure, period)
                yield from _dated_back(dossier, procedure, period)


def _letters(dossier: Dossier, procedure: Procedure | None, period: Period) -> Iterator[Change]:
    verdict = judge(dossier, procedure, period)
    known = KNOWN_AT if ending(dossier, period) else period.horizon
    first = original_due(dossier, procedure, period)
    reset = verdict.due_on if verdict.due_on != first else None
    for letter in dossier.redatings:
        if letter.at >= known:
            continue
        shown = appointment_before(dossier, KNOWN_AT, letter.at)
        before, after = (shown.date() if shown else verdict.due_on), letter.due_after.date()
        on_time = [
            None
            if verdict.due_on is None
            else verdict.reason != "second_supplement" and verdict.effective_finish_on <= max(value, reset or value)
            for value in (before or after, after)
        ]
        if before != after and before is not None:
            yield (dossier.dossier_id, period.start.date(), "due", before, after, True, on_time[0], on_time[1])


def _changes_read(dossier: Dossier) -> Iterator[datetime]:
    """The change times under which a reading took the record down: where it says what the reading before did not."""
    changes = sorted(event for event in dossier_events(dossier) if event is not None)
    before: object = None
    for reading in READINGS:
        at = max((change for change in changes if change <= reading), default=None)
        if at is None:
            continue
        shown = list_row(dossier, reading, KNOWN_AT, None, None, "H44"), detail_row(dossier, reading)
        if shown != before:
            yield at
        before = shown


def _dated_back(dossier: Dossier, procedure: Procedure | None, period: Period) -> Iterator[Change]:
    """An ending dated before a change that had been read, and that showed the dossier open."""
    steps = sorted((step for step in dossier.steps if step.at <= KNOWN_AT), key=lambda step: step.at)
    ended = ending(dossier, period)
    told = next((s for s in steps if s.state in _ENDED and s.dated and s.dated <= s.at), None)
    assert dossier.received_at is not None
    if ended is None or told is None or told.dated is None:
        return
    after = max(told.dated, dossier.received_at).date()
    open_on = [
        change.date()
        for change in _changes_read(dossier)
        if change < told.at
        and [step for step in steps if step.at <= change][-1].state in _OPEN
        and change.date() > after
    ]
    if ended.at.date() != after or not open_on:
        return
    before = open_on[-1]
    again = replace(told, dated=min(datetime.combine(before, time(23, 59), ZONE), told.at))
    other = replace(dossier, steps=[again if step is told else step for step in dossier.steps])
    verdicts = [judge(one, procedure, period).is_on_time for one in (other, dossier)]
    yield (dossier.dossier_id, period.start.date(), "finished", before, after, False, verdicts[0], verdicts[1])


def test_every_late_dossier_is_of_the_kind_that_its_dates_make_it(province: Province, pipeline: Pipeline) -> None:
    rows = pipeline.rows(
        "select source_id, period_month, lateness_kind from marts.dossiers_in_hand_monthly"
        " where period_month = any(%s)",
        MONTHS,
    )
    told = {(row["source_id"], row["period_month"]): row["lateness_kind"] for row in rows}
    expected = dict(_expected_kinds(province))
    assert {key: (told[key], kind) for key, kind in expected.items() if told[key] != kind} == {}
    assert set(told) == set(expected)
    kinds = ["late", "late_apologised", "late_by_first_date", "late_on_arrival", "late_for_citizen"]
    assert {kind: list(expected.values()).count(kind) > 0 for kind in kinds} == dict.fromkeys(kinds, True)
    listed = pipeline.rows(
        "select lateness_kind, count(*) as rows, count(lateness_kind_vi) as named from marts.dossier_deductions_monthly"
        " where agency_code = province_code and indicator_code = '2.1' and period_month = any(%s) group by 1",
        MONTHS,
    )
    assert {row["lateness_kind"]: row["rows"] for row in listed} == {
        kind: list(expected.values()).count(kind) for kind in kinds[:4]
    }
    assert all(row["named"] == row["rows"] for row in listed)


def _expected_kinds(province: Province) -> Iterator[tuple[tuple[str, date], str | None]]:
    catalogue = {procedure.code: procedure for procedure in province.procedures}
    for dossier in province.dossiers:
        if dossier.submitted_at > KNOWN_AT or (dossier.removed_at is not None and dossier.removed_at <= KNOWN_AT):
            continue
        for month in MONTHS:
            period = month_of(month, KNOWN_AT, LAW)
            if is_in_hand(dossier, period):
                yield (dossier.dossier_id, month), _kind(dossier, catalogue.get(dossier.procedure_code), period)


def _kind(dossier: Dossier, procedure: Procedure | None, period: Period) -> str | None:
    verdict = judge(dossier, procedure, period)
    if verdict.due_on is None:
        return None
    if verdict.is_on_time:
        citizens = judge(dossier, procedure, replace(period, law=CITIZENS))
        return "late_for_citizen" if citizens.is_on_time is False else None
    if clock_started_at(dossier, period).date() > verdict.due_on:
        return "late_on_arrival"
    ended = ending(dossier, period)
    until = datetime.combine(ended.at.date() + timedelta(days=1), time(0), ZONE) if ended else period.end
    letters = [letter.due_after.date() for letter in dossier.redatings if letter.at < until]
    if not letters:
        return "late"
    is_first_date = verdict.due_on == original_due(dossier, procedure, period)
    if is_first_date and verdict.reason == "late" and verdict.effective_finish_on <= max(letters):
        return "late_by_first_date"
    return "late_apologised"


def test_an_agencys_points_stand_beside_those_by_first_and_by_changed_dates(pipeline: Pipeline) -> None:
    effects: dict[tuple[str, date, str], list[int]] = {}
    changes = pipeline.rows(
        "select agency_code, period_month, source_id, date_code, is_on_time_before, is_on_time_after"
        " from marts.dossier_redatings_monthly where period_month = any(%s)",
        MONTHS,
    )
    for row in changes:
        moved = effects.setdefault((row["agency_code"], row["period_month"], row["source_id"]), [0, 0])
        if row["is_on_time_after"] is not None:
            moved[row["date_code"] == "due"] += row["is_on_time_after"] - row["is_on_time_before"]
    rows = pipeline.rows(
        "select late.*, card.numerator, card.max_points, card.target from marts.agency_lateness_monthly as late"
        " inner join marts.agency_scorecards_monthly as card using (province_code, period_month, agency_code)"
        " where card.indicator_code = '2.1' and late.period_month = any(%s)",
        MONTHS,
    )
    for row in rows:
        ours = [both for key, both in effects.items() if key[:2] == (row["agency_code"], row["period_month"])]
        first = row["numerator"] - sum(max(-1, min(1, both[0])) for both in ours)
        changed = row["numerator"] + sum(max(-1, min(1, both[1])) for both in ours)
        assert (row["numerator_by_first_dates"], row["numerator_by_changed_dates"]) == (first, changed)
        assert row["dossiers_redated"] == len(ours)
        for points, counted in (("points_by_first_dates", first), ("points_by_changed_dates", changed)):
            assert row[points] == _points(counted, row), (row["agency_code"], row["period_month"])
        kinds = ("not_apologised", "apologised", "by_first_date", "on_arrival")
        assert row["dossiers_late"] == sum(row[f"dossiers_late_{kind}"] or 0 for kind in kinds)
    assert any(row["points"] > row["points_by_first_dates"] for row in rows)
    assert any(row["points"] < row["points_by_changed_dates"] for row in rows)


def _points(counted: int, row: dict[str, Any]) -> Decimal:
    if not row["dossiers_judged"]:
        return Decimal("0.00")
    ratio = min(Fraction(1), Fraction(counted, row["dossiers_judged"]) / Fraction(row["target"]))
    hundredths = Fraction(row["max_points"]) * ratio * 100 + Fraction(1, 2)
    return Decimal(hundredths.numerator // hundredths.denominator) / 100


def test_the_days_of_every_step_are_counted_as_they_were_read(province: Province, pipeline: Pipeline) -> None:
    rows = pipeline.rows(
        "select source_id, period_month, national_state, started_on, working_days_spent"
        " from marts.dossier_steps_monthly where agency_code = province_code and period_month = any(%s)",
        MONTHS,
    )
    told = {tuple(row.values()) for row in rows}
    expected = set()
    for (source_id, month), kind in _expected_kinds(province):
        if kind not in (None, "late_for_citizen"):
            dossier = next(one for one in province.dossiers if one.dossier_id == source_id)
            expected |= {(source_id, month, *step) for step in _steps_read(dossier, month_of(month, KNOWN_AT, LAW))}
    assert sorted(map(str, told - expected)) == sorted(map(str, expected - told)) == []
    assert {state for _, _, state, *_ in expected} >= {2, 4, 5, 9, 10}


def _steps_read(dossier: Dossier, period: Period) -> Iterator[tuple[int, date, int | None]]:
    """The runs of one state that the readings saw, with the working days in each."""
    runs_read: list[tuple[int, datetime]] = []
    for at in _changes_read(dossier):
        states = [step.state for step in sorted(dossier.steps, key=lambda step: step.at) if step.at <= at]
        state = int(states[-1]) if states else int(State.REGISTERED)
        if not runs_read or runs_read[-1][0] != state:
            runs_read.append((state, at))
    ended = ending(dossier, period)
    last = min(ended.at.date() if ended else period.judged_on, period.judged_on)
    for number, (state, at) in enumerate(runs_read):
        if at >= period.end:
            continue
        following = runs_read[number + 1][1] if number + 1 < len(runs_read) else None
        left = min(following.date(), last) if following and following < period.end else last
        local = period.law.days_of(dossier.agency_code)
        days = wait(at.date(), left, "WORKING_DAY", local) if left > at.date() else 0
        yield state, at.date(), None if state in (3, 7, 8, 9, 10) else days


def test_an_explanation_names_the_kind_and_the_changes(pipeline: Pipeline) -> None:
    [one] = pipeline.rows(
        "select agency_code, period_month, source_id from marts.dossier_redatings_monthly where date_code = 'due'"
        " and is_on_time_after and not is_on_time_before and period_month = any(%s) and agency_code <> province_code"
        " order by period_month, source_id limit 1",
        MONTHS,
    )
    engine = engine_for(pipeline.settings.warehouse, "bi_reader")
    explanation = explain(engine, one["period_month"], one["agency_code"], "2.1")
    engine.dispose()
    told = list(lines(explanation))
    number = next(n for n, line in enumerate(told) if "ngày bị sửa" in line and "quá hạn → đúng hạn" in line)
    assert "loại: quá hạn theo hạn ban đầu" in told[number - 1]
    assert "hạn trả" in told[number]
    assert "có thư xin lỗi" in told[number]


@pytest.mark.long
@pytest.mark.parametrize(
    ("model", "right", "wrong"),
    [
        ("int_dossier_record_changes", "then opened.earlier_updated_at::date", "then opened.updated_at::date"),
        ("int_dossier_redated_months", "changed.stopped_on\n", "least(changed.stopped_on, value.value_on)\n"),
        ("int_dossier_redated_months", "least(value.value_on, changed.judged_on)", "changed.stopped_on"),
    ],
)
def test_a_wrong_reading_of_a_change_is_seen(
    model: str, right: str, wrong: str, pipeline: Pipeline, make_database: MakeDatabase, tmp_path: Path
) -> None:
    path = f"dbt_project/models/intermediate/{model}.sql"
    planted = pipeline.on(make_database(COPY, pipeline.database.name))
    with edited_project(tmp_path / "project", {**seeds_of(LAW), path: lambda text: text.replace(right, wrong)}) as root:
        planted.with_project(root).build_models()
    assert changes_told(planted) != changes_told(pipeline)
    planted.database.cluster.drop_database(COPY)

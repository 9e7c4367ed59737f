"""A figure of the national portal that cannot be leaves its own cell without data, and stops nothing."""

from __future__ import annotations

import pytest

from tests.end_to_end.pipeline import Pipeline

INDICATORS = {"DOSSIER_SYNC": "1.4", "ELECTRONIC_CERTIFIED_COPY": "4.6"}
BROKEN = (
    ("H44.03", "DOSSIER_SYNC", 5, None),
    ("H44.13", "DOSSIER_SYNC", None, 7),
    ("H44.171", "DOSSIER_SYNC", 9, 8),
    ("H44.172", "DOSSIER_SYNC", -1, 8),
    ("H44.03", "ELECTRONIC_CERTIFIED_COPY", 3, None),
)


def test_a_broken_capture_is_no_data_for_its_cell_and_is_named(
    small_copy: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    before = cells(small_copy)
    with small_copy.database.connect() as connection:
        for unit, metric, numerator, denominator in BROKEN:
            connection.execute(
                "update raw.national_portal__evaluations set numerator = %s, denominator = %s"
                " where unit_code = %s and metric_code = %s",
                (numerator, denominator, unit, metric),
            )
    with caplog.at_level("WARNING"):
        small_copy.rank()
    after = cells(small_copy)
    touched = {(unit, INDICATORS[metric]) for unit, metric, _, _ in BROKEN}
    for cell in touched:
        assert (after[cell]["status"], after[cell]["points"]) == ("no_data", None), cell
    assert {cell: after[cell] for cell in after if cell not in touched} == {
        cell: before[cell] for cell in before if cell not in touched
    }
    for unit, metric, _, _ in BROKEN:
        assert any(unit in line and metric in line for line in caplog.messages), (unit, metric)


def cells(pipeline: Pipeline) -> dict[tuple[str, str], dict[str, object]]:
    rows = pipeline.rows("select * from marts.agency_scorecards_monthly where period_month = '2026-08-01'")
    return {(row["agency_code"], row["indicator_code"]): row for row in rows}

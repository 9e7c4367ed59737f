"""The public edition leaves out records, and counts of procedures that could point at one citizen."""

from __future__ import annotations

from dataclasses import fields

from dvc766.reporting.editions import LEAST_SHOWN, Edition, of_edition
from tests.dvc766.reporting import samples


def test_the_public_edition_names_no_record_and_no_small_count_of_a_procedure() -> None:
    shown = of_edition(samples.usual(), Edition.PUBLIC)
    assert not any(agency.lost_records for agency in shown.agencies)
    counts = [
        value
        for agency in shown.agencies
        for row in agency.procedures
        for field in fields(row)
        if type(value := getattr(row, field.name)) is int
    ]
    assert counts == [60, 12, 60, 40, 30, 9]
    assert min(counts) >= LEAST_SHOWN
    assert [row.procedure_code for agency in shown.agencies for row in agency.procedures] == ["1.000123"]


def test_counts_of_agencies_stay_whole_in_both() -> None:
    whole = samples.usual()
    shown = of_edition(whole, Edition.PUBLIC)
    assert [agency.indicators for agency in shown.agencies] == [agency.indicators for agency in whole.agencies]
    assert [agency.reasons for agency in shown.agencies] == [agency.reasons for agency in whole.agencies]
    assert of_edition(whole, Edition.INTERNAL) is whole

"""The public edition leaves out records, and counts of procedures that could point at one citizen."""

from __future__ import annotations

from dataclasses import fields, replace

from dvc766.reporting.editions import Edition, of_edition
from dvc766.reporting.products import make
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
    assert min(counts) >= shown.head.least_shown
    assert [row.procedure_code for agency in shown.agencies for row in agency.procedures] == ["1.000123"]


def test_which_count_is_small_is_a_rule_of_the_month() -> None:
    usual = samples.usual()
    shown = of_edition(replace(usual, head=replace(usual.head, least_shown=41)), Edition.PUBLIC)
    [row] = [row for agency in shown.agencies for row in agency.procedures]
    assert (row.dossiers_in_hand, row.dossiers_filed_not_online, row.dossiers_filed) == (60, None, 60)
    pages = make(shown, Edition.PUBLIC, ["site"])
    assert "dưới 41" in pages["site/don-vi/H44.03.html"].decode()


def test_counts_of_agencies_stay_whole_in_both() -> None:
    whole = samples.usual()
    shown = of_edition(whole, Edition.PUBLIC)
    assert [agency.indicators for agency in shown.agencies] == [agency.indicators for agency in whole.agencies]
    assert [agency.reasons for agency in shown.agencies] == [agency.reasons for agency in whole.agencies]
    assert of_edition(whole, Edition.INTERNAL) is whole

"""Units, procedures and announcing decisions, from the national exchange."""

from __future__ import annotations

import pytest

from tests.dvc766.portals.fake_national import Portal, read, reading_from


def test_units_and_procedures_come_from_the_exchange() -> None:
    portal = Portal()
    with reading_from(portal) as reader:
        assert read(reader, "exchange_units") == ([("000.00.01.H44", "Sở", "1")], [], 1)
        rows, rejections, declared = read(reader, "procedures")
    assert ([row[0] for row in rows], rejections, declared) == (["1.000010", "1.000011"], [], 2)
    assert portal.asked[-1].headers["dstcode"] == "VN:DVCQG"


def test_a_listed_procedure_without_a_description_is_rejected() -> None:
    portal = Portal()
    portal.procedures["1.000099"] = {}
    with reading_from(portal) as reader:
        rows, rejections, declared = read(reader, "procedures")
    assert (len(rows), declared) == (2, 3)
    assert [(r.source_id, r.field, r.reason) for r in rejections] == [("1.000099", "details", "missing")]


@pytest.mark.parametrize("after_procedures", [True, False])
def test_decisions_are_those_the_procedures_name(after_procedures: bool) -> None:
    portal = Portal()
    with reading_from(portal) as reader:
        if after_procedures:
            read(reader, "procedures")
        before = len(portal.asked)
        rows, _, declared = read(reader, "decisions")
    assert (rows, declared) == ([("q1", "12/QĐ-UBND", "2025-07-15")], 1)
    assert (len(portal.asked) - before == 1) is after_procedures


def test_a_decision_that_is_not_found_is_rejected() -> None:
    portal = Portal()
    portal.decisions = {}
    with reading_from(portal) as reader:
        rows, rejections, _ = read(reader, "decisions")
    assert (rows, [(r.source_id, r.field) for r in rejections]) == ([], [("q1", "details")])

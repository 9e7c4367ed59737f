"""The portal's own scores: flattened, joined to their units, for the last closed months."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from dvc766.portals.errors import PortalRefused
from dvc766.portals.instants import LOCAL
from dvc766.portals.national_scores import closed_months
from tests.dvc766.portals.fake_host import Answer
from tests.dvc766.portals.fake_national import Portal, read, reading_from


def unit(number: int, **more: Any) -> dict[str, Any]:
    return {"departmentId": f"d{number}", **more}


def test_scores_are_flattened_and_joined_to_their_units() -> None:
    portal = Portal()
    sync = {"code": "DOSSIER_SYNC", "numerator": None, "denominator": None, "score": 5.5, "maxScore": 6}
    sync["dataQualityStatus"] = "NO_NATIONAL_REPORT_DATA"
    portal.evaluations = {
        "service-results": {
            "overview": unit(0, departmentCode="H44", totalScore=59.91, totalMaxScore=100),
            "evaluation": [
                unit(
                    7,
                    departmentCode="H44.07",
                    totalScore=70,
                    totalMaxScore=100,
                    groupScores={"CLGQ": 8.5, "TDGQ": None},
                )
            ],
        },
        "transparency": {"evaluation": [unit(7, metrics=[sync])], "pagination": {"totalPages": 1}},
        "dvc-progress-tree": {
            "parent": unit(0, departmentCode="H44", totalOnTime="9", totalReceived=10, totalScore=18, totalMaxScore=20),
            "children": [unit(1, totalOnTime=3, totalReceived=4, score=15, maxScore=20)],
        },
        "provide-online-tree": {"parent": unit(0, partialCount=2, fullCount="3", authorityCount=6), "children": []},
        "formality-online-payment-tree": {"parent": unit(0, totalFeeFormality=4), "children": None},
    }
    with reading_from(portal) as reader:
        rows, rejections, declared = read(reader, "evaluations")
    found = {(row[0], row[1]): row[4:] for row in rows}
    assert {row[2:4] for row in rows} == {("month", "2025-08-01")}
    assert (rejections, declared) == ([], None)
    assert found["H44", "TOTAL"] == (None, None, "59.91", "100", None)
    assert found["H44.07", "GROUP_DVCTT"] == (None, None, "8.5", None, None)
    assert found["H44", "GROUP_TDGQ"] == (None, None, "18", "20", None)
    assert found["H44.07", "DOSSIER_SYNC"] == (None, None, "5.5", "6", "NO_NATIONAL_REPORT_DATA")
    assert found["H44", "DOSSIER_ON_TIME"] == ("9", "10", "18", "20", None)
    assert found["H44.01", "DOSSIER_ON_TIME"] == ("3", "4", "15", "20", None)
    assert found["H44", "FORMALITY_ONLINE"] == ("5", "6", None, None, None)
    assert found["H44", "FORMALITY_PAID"] == (None, "4", None, None, None)


@pytest.mark.parametrize(("partial", "numerator"), [(2, "5"), ("2", "5"), (None, None), ("", None)])
def test_a_sum_with_an_unknown_part_is_unknown(partial: Any, numerator: str | None) -> None:
    portal = Portal()
    parent = unit(0, departmentCode="H44", partialCount=partial, fullCount=3, authorityCount=6)
    portal.evaluations = {"provide-online-tree": {"parent": parent}}
    with reading_from(portal) as reader:
        rows, _, _ = read(reader, "evaluations")
    assert [row[4:6] for row in rows if row[1] == "FORMALITY_ONLINE"] == [(numerator, "6")]


@pytest.mark.parametrize("counts", [("nhiều", 3), (2, "nhiều")])
def test_an_unreadable_part_of_a_sum_rejects_the_record(counts: tuple[Any, Any]) -> None:
    portal = Portal()
    parent = unit(0, departmentCode="H44", partialCount=counts[0], fullCount=counts[1], authorityCount=6)
    portal.evaluations = {"provide-online-tree": {"parent": parent}}
    with reading_from(portal) as reader:
        _, rejections, _ = read(reader, "evaluations")
    assert [(r.field, r.reason) for r in rejections] == [("numerator", "unreadable")]


def test_each_evaluation_is_asked_for_the_province_and_its_own_kind_of_period() -> None:
    portal = Portal()
    with reading_from(portal) as reader:
        assert read(reader, "evaluations")[0] == []
    bodies = {
        (asked.path.rsplit("/", 1)[1], str(asked.json.get("month") or asked.json.get("fromDate"))): asked.json
        for asked in portal.asked
        if "/evaluation/" in asked.path
    }
    assert len(bodies) == 9  # seven of the month with scores, one of each without
    assert bodies["dvc-progress-tree", "8"]["rootDepartmentId"] == "d0"
    assert bodies["service-results", "6"]["timeType"] == "month"
    assert bodies["handling-satisfaction", "2025-08-01"]["toDate"] == "2025-08-31"


def test_an_evaluation_refused_for_another_reason_is_told() -> None:
    portal = Portal()
    refusing = Answer({"code": "BAD"}, 400)
    script = reading_from(lambda asked: refusing if asked.path.endswith("/transparency") else portal(asked))
    with script as reader, pytest.raises(PortalRefused):
        read(reader, "evaluations")


def test_the_last_three_closed_months() -> None:
    assert closed_months(datetime(2025, 2, 1, 0, 0, tzinfo=LOCAL)) == [
        date(2024, 11, 1),
        date(2024, 12, 1),
        date(2025, 1, 1),
    ]
    assert closed_months(datetime(2025, 1, 31, 23, 59, tzinfo=LOCAL))[-1] == date(2024, 12, 1)


def test_units_whose_ids_lost_a_character_are_neither_taken_for_each_other_nor_for_a_department() -> None:
    portal = Portal()
    portal.departments = [*portal.departments, {"id": "d\ufffd", "code": "H44.09", "name": "Sở", "level": "AGENCY"}]
    units = [{"departmentId": "d\ufffd", "totalScore": points, "totalMaxScore": 100} for points in (70, 80)]
    portal.evaluations = {
        "service-results": {"overview": unit(0, departmentCode="H44", totalScore=60), "evaluation": units}
    }
    with reading_from(portal) as reader:
        rows, rejections, _ = read(reader, "evaluations")
    assert {row[0] for row in rows} == {"H44"}
    assert [(one.field, one.reason) for one in rejections] == [("unit_code", "missing")] * 2

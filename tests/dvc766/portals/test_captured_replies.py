"""Real replies of the evaluation endpoints, read as captured: every figure, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dvc766.portals.fake_national import Portal, read, reading_from

REPLIES = Path(__file__).parents[2] / "fixtures" / "evaluation_replies"
PROVINCE = {"id": "019d2be3-6a88-732b-8b17-b68020c8553a", "code": "H44", "name": "UBND tỉnh", "level": "PROVINCE"}
GROUPS = {
    "transparency": "GROUP_CKMB",
    "dossier-digitized": "GROUP_MDSH",
    "handling-satisfaction": "GROUP_MDHL",
    "dvc-progress-tree": "GROUP_TDGQ",
    "provide-online-tree": "GROUP_DVCTT",
    "formality-online-payment-tree": "GROUP_TTTT",
}
Figures = dict[tuple[str, str], tuple[str | None, ...]]


def captured(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((REPLIES / f"{name}.json").read_text(encoding="utf-8"))["data"]
    return data


def units(name: str) -> list[dict[str, Any]]:
    data = captured(name)
    return [data.get("overview") or data["parent"], *data.get("evaluation", []), *data.get("children", [])]


def figures_of(portal: Portal) -> tuple[Figures, list[Any]]:
    """Numerator, denominator, points, most points and quality by unit and metric; and the rejections."""
    with reading_from(portal) as reader:
        rows, rejections, _ = read(reader, "evaluations")
    found: Figures = {(row[0], row[1]): row[4:] for row in rows}
    assert len(found) == len(rows)  # one record per unit and metric
    return found, rejections


def portal_of(*names: str) -> Portal:
    portal = Portal()
    portal.departments = [PROVINCE]
    portal.evaluations = {name: captured(name) for name in names}
    return portal


def text(number: float | None) -> str | None:
    return None if number is None else f"{number:g}"


def listed(codes: dict[str, str]) -> Iterator[tuple[tuple[str, str], tuple[str | None, ...]]]:
    """What the three lists hold."""
    for name in ("transparency", "dossier-digitized", "handling-satisfaction"):
        for unit in units(name):
            code = codes[unit["departmentId"]]
            total = text(unit["totalScore"]), text(unit["totalMaxScore"])
            yield (code, GROUPS[name]), (None, None, *total, None)
            for metric in unit["metrics"]:
                counts = [metric["numerator"], metric["denominator"]]
                figures = [None if n is None else str(n) for n in counts]
                figures += [text(metric["score"]), text(metric["maxScore"])]
                yield (code, metric["code"]), (*figures, metric.get("dataQualityStatus"))


def test_every_figure_of_captured_lists_is_read_under_its_unit() -> None:
    codes = {unit["departmentId"]: unit["departmentCode"] for unit in units("dvc-progress-tree")}
    found, rejections = figures_of(
        portal_of("dvc-progress-tree", "transparency", "dossier-digitized", "handling-satisfaction")
    )
    assert rejections == []
    expected = dict(listed(codes))
    of_lists = {key: row for key, row in found.items() if key[1] not in ("DOSSIER_ON_TIME", "GROUP_TDGQ")}
    assert of_lists == expected
    assert len(expected) == 5 * (5 + 8 + 6)  # the province and four units; metrics and a total in each list


def test_every_figure_of_captured_trees_is_read() -> None:
    found, rejections = figures_of(
        portal_of("dvc-progress-tree", "provide-online-tree", "formality-online-payment-tree")
    )
    assert rejections == []
    for unit in units("dvc-progress-tree"):
        points = text(unit.get("score", unit.get("totalScore")))
        assert found.pop((unit["departmentCode"], "GROUP_TDGQ")) == (None, None, points, "20", None)
        counts = str(unit["totalOnTime"]), str(unit["totalReceived"])
        assert found.pop((unit["departmentCode"], "DOSSIER_ON_TIME")) == (*counts, points, "20", None)
    for unit in units("formality-online-payment-tree"):
        total = text(unit["totalScore"])
        assert found.pop((unit["departmentCode"], "GROUP_TTTT")) == (None, None, total, "10", None)
        for metric, numerator, denominator in (
            ("DOSSIER_PAID", "totalDossierOnlinePaymentSuccess", "totalDossierFinancialObligation"),
            ("FORMALITY_PAID", "totalDossierOnlineFormalityPaymentSuccess", "totalFeeFormality"),
            ("FORMALITY_FEE_DOSSIER", "totalFeeDossierFormality", "totalFeeFormality"),
        ):
            counts = str(unit[numerator]), str(unit[denominator])
            assert found.pop((unit["departmentCode"], metric)) == (*counts, None, None, None)
    for unit in units("provide-online-tree"):
        total = text(unit["totalScore"])
        assert found.pop((unit["departmentCode"], "GROUP_DVCTT")) == (None, None, total, "12", None)
    assert found.pop(("H44", "FORMALITY_ONLINE"))[:2] == ("52", "56")  # 31 in part and 21 in full
    assert found.pop(("H44", "SERVICE_USED"))[:2] == ("406", "1968")
    assert found.pop(("H44", "DOSSIER_ONLINE"))[:2] == ("150956", "152595")
    assert found == {}  # a unit without counts has no records of counts


def test_procedures_with_a_fee_dossier_are_told_from_all_fee_procedures() -> None:
    found, _ = figures_of(portal_of("formality-online-payment-tree"))
    assert found["H44", "FORMALITY_FEE_DOSSIER"][:2] == ("56", "310")
    assert found["H44.144", "FORMALITY_FEE_DOSSIER"][:2] == ("6", "37")
    assert found["H44.144", "GROUP_TTTT"][2] == "5.99"


def test_totals_are_read_from_units_without_groups_most_points_and_pagination() -> None:
    portal = portal_of("service-results")
    portal.departments = [PROVINCE | {"id": "p", "code": "H21"}]
    found, rejections = figures_of(portal)
    assert rejections == []
    assert found == {
        ("H21", "TOTAL"): (None, None, "34.19", "100", None),  # the province's row has no id
        ("H21.106", "TOTAL"): (None, None, "52", None, None),
        ("H21.24", "TOTAL"): (None, None, "35.22", None, None),
        ("H21.20", "TOTAL"): (None, None, "16", None, None),
    }


@pytest.mark.parametrize(
    ("own", "repeated", "kept"),
    [
        (6.25, 6.25, "6.25"),
        (6.25, "6,25", "6.25"),
        (6.25, 6.2, "6.25"),
        (None, 6.2, "6.2"),
        ("", 6.2, "6.2"),
        (0, None, "0"),
    ],
)
def test_a_group_has_one_total_and_the_groups_own_reply_has_the_word(
    own: Any, repeated: Any, kept: str, caplog: pytest.LogCaptureFixture
) -> None:
    portal = portal_of()
    unit = {"departmentId": "u", "departmentCode": "H44.01"}
    portal.evaluations = {
        "service-results": {"evaluation": [unit | {"totalScore": 50, "groupScores": {"TTTT": repeated}}]},
        "formality-online-payment-tree": {"children": [unit | {"totalScore": own, "totalMaxScore": 10}]},
    }
    found, _ = figures_of(portal)
    assert found["H44.01", "GROUP_TTTT"] == (None, None, kept, "10", None)
    assert ("GROUP_TTTT" in caplog.text) is (repeated == 6.2 and own == 6.25)


def test_a_group_that_only_the_overall_reply_gives_is_taken() -> None:
    portal = portal_of()
    unit = {
        "departmentId": "u",
        "departmentCode": "H44.01",
        "totalScore": 50,
        "groupScores": {"CLGQ": 8.5, "TDGQ": None},
    }
    portal.evaluations = {"service-results": {"evaluation": [unit]}}
    found, _ = figures_of(portal)
    assert found["H44.01", "GROUP_DVCTT"] == (None, None, "8.5", None, None)
    assert ("H44.01", "GROUP_TDGQ") not in found


def test_units_without_an_id_are_all_read() -> None:
    portal = portal_of()
    rows = [{"departmentCode": f"H44.{number:02d}", "totalScore": number} for number in (1, 3)]
    portal.evaluations = {
        "service-results": {"overview": {"departmentCode": "H44", "totalScore": 2}, "evaluation": rows}
    }
    found, _ = figures_of(portal)
    assert {key[0]: row[2] for key, row in found.items()} == {"H44": "2", "H44.01": "1", "H44.03": "3"}


def test_a_reply_without_pagination_is_asked_on_after_a_page_that_is_just_full() -> None:
    portal = portal_of()
    rows = [{"departmentId": str(n), "departmentCode": f"H44.{n:02d}", "totalScore": n} for n in range(1, 6)]

    def reply(asked: Any) -> Any:
        if asked.path.endswith("/service-results") and asked.json["month"] == 8:
            size, number = asked.json["pageSize"], asked.json["currentPage"]
            portal.evaluations["service-results"] = {"evaluation": rows[(number - 1) * size : number * size]}
        return portal(asked)

    with reading_from(reply) as reader:  # two units a page
        found, _, _ = read(reader, "evaluations")
    assert [row[0] for row in found] == ["H44.01", "H44.02", "H44.03", "H44.04", "H44.05"]


@pytest.mark.parametrize("unit", ["x", 7, ["x"], {"totalScore": 3}])
def test_what_cannot_be_told_to_be_a_units_is_rejected_and_counted(unit: Any) -> None:
    portal = portal_of()
    portal.evaluations = {name: {"children": [unit]} for name in ("service-results", "provide-online-tree")}
    found, rejections = figures_of(portal)
    assert found == {}
    assert {(rejection.field, rejection.reason) for rejection in rejections} == {("unit_code", "missing")}
    assert len(rejections) == 2


def test_every_unit_of_captured_replies_is_named_with_its_level_by_the_same_calls() -> None:
    portal = portal_of("transparency", "dvc-progress-tree")
    with reading_from(portal) as reader:
        read(reader, "evaluations")
        calls = len(portal.asked)
        rows, rejections, declared = read(reader, "evaluated_units")
    assert (len(portal.asked), rejections, declared) == (calls, [], None)
    [province, *children] = units("dvc-progress-tree")
    expected = {(unit["departmentCode"], unit["departmentName"], unit["level"]) for unit in children}
    expected |= {("H44", province["departmentName"], "PROVINCE")}  # its level is in the list alone
    assert {(row[0], *row[3:]) for row in rows} == expected
    assert {row[1] for row in rows} == {"month"}

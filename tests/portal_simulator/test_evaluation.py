"""The evaluation replies: counted from the records, or the published figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from portal_simulator import life
from portal_simulator.evaluation.counts import evaluate, published
from portal_simulator.evaluation.judgement import Period
from portal_simulator.evaluation.scoring import measure
from portal_simulator.figures.province import build
from portal_simulator.records import Province, Rating
from portal_simulator.server import application
from portal_simulator.views.catalogue import department_id
from tests.oracle.scoring import scorecards
from tests.portal_simulator.golden import FIGURES, PERIOD
from tests.portal_simulator.sample import moment

BASE = "/national/api/v1/reporting/evaluation"
JULY = {"timeType": "month", "year": 2025, "month": 7}
JUNE = JULY | {"month": 6}
LISTS = ("transparency", "dossier-digitized")
TREES = ("dvc-progress-tree", "provide-online-tree", "formality-online-payment-tree")


def ask(client: TestClient, name: str, body: dict[str, Any]) -> dict[str, Any]:
    """The data of a good answer."""
    reply = client.post(f"{BASE}/{name}", json=body)
    assert reply.status_code == 201, reply.text
    data: dict[str, Any] = reply.json()["data"]
    return data


def province_of(data: dict[str, Any]) -> dict[str, Any]:
    """The province's row of a list or a tree."""
    row: dict[str, Any] = data.get("overview") or data["parent"]
    return row


def units_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The other rows."""
    rows: list[dict[str, Any]] = data["evaluation"] if "evaluation" in data else data["children"]
    return rows


def metrics(row: dict[str, Any]) -> dict[str, tuple[Any, Any, Any]]:
    """Numerator, denominator and score by metric code."""
    return {m["code"]: (m["numerator"], m["denominator"], m["score"]) for m in row["metrics"]}


@pytest.mark.parametrize("name", ["service-results", *LISTS, *TREES])
def test_a_month_is_refused_until_it_has_ended(client: TestClient, set_clock: Callable[[str], None], name: str) -> None:
    set_clock("2025-07-31T23:59:59")
    assert client.post(f"{BASE}/{name}", json=JULY).status_code == 400
    set_clock("2025-08-01T00:00:00")
    assert client.post(f"{BASE}/{name}", json=JULY).status_code == 201


@pytest.mark.parametrize(
    "body",
    [JULY | {"month": 13}, {"timeType": "month", "year": 2025}, JULY | {"rootDepartmentId": "unknown"}],
)
def test_a_bad_period_and_an_unknown_unit_are_refused(client: TestClient, body: dict[str, Any]) -> None:
    assert client.post(f"{BASE}/transparency", json=body).status_code == 400


def test_the_months_before_a_merger_show_the_units_of_their_time(client: TestClient) -> None:
    root = {"rootDepartmentId": department_id("H44")}
    june = ask(client, "service-results", JUNE | root)
    assert june["overview"]["departmentCode"] == "H62"
    assert [row["departmentCode"] for row in june["evaluation"]] == ["H62.02"]
    july = ask(client, "service-results", JULY | root)
    assert [row["departmentCode"] for row in july["evaluation"]] == ["H44.01"]


def test_the_province_counts_all_records_and_units_their_own(client: TestClient) -> None:
    june = ask(client, "dvc-progress-tree", JUNE)
    assert (june["parent"]["totalReceived"], june["parent"]["totalOnTime"]) == (21, 21)
    assert (june["children"][0]["totalReceived"], june["children"][0]["score"]) == (0, 0)
    july = ask(client, "dvc-progress-tree", JULY)
    assert (july["parent"]["totalReceived"], july["parent"]["totalOnTime"]) == (1, 0)
    assert july["children"][0]["totalOverdue"] == 1


def test_lists_and_trees_name_scores_and_units_each_in_their_way(client: TestClient) -> None:
    transparency = ask(client, "transparency", JUNE)
    assert "departmentCode" not in transparency["overview"]
    assert transparency["pagination"]["total"] == 1
    assert metrics(transparency["overview"])["DOSSIER_SYNC"] == (21, 21, 6.0)
    assert metrics(transparency["evaluation"][0])["PUBLISH_ON_TIME"] == (1, 1, 6.0)
    assert metrics(transparency["evaluation"][0])["DOSSIER_SYNC"] == (0, 0, None)
    digitised = metrics(ask(client, "dossier-digitized", JUNE)["overview"])
    assert digitised["ORIGINAL_RESULT_AVAILABLE"] == (20, 21, 5.71)
    assert digitised["ELECTRONIC_CERTIFIED_COPY"] == (None, None, 2.0)
    online = ask(client, "provide-online-tree", JUNE)
    assert (online["parent"]["fullCount"], online["parent"]["authorityCount"]) == (1, 1)
    assert "authorityCount" not in online["children"][0]
    payment = ask(client, "formality-online-payment-tree", JUNE)["parent"]
    assert (payment["totalDossierOnlinePaymentSuccess"], payment["totalFeeDossierFormality"]) == (1, 1)
    assert payment["totalFeeDossierFormalityDistinct"] == payment["totalFeeFormality"] == 1


def test_satisfaction_takes_days_and_counts_petitions_and_votes(client: TestClient, province: Province) -> None:
    days = {"fromDate": "2025-06-01", "toDate": "2025-06-30"}
    found = metrics(ask(client, "handling-satisfaction", days)["overview"])
    assert found["PETITION_PROCESSING_ON_TIME"] == (2, 2, 6.0)
    assert found["DOSSIER_RECEIVING_SATISFACTION"] == (21, 21, 6.0)
    province.dossiers[0].ratings = [Rating("r", moment("2025-06-10T08:00:00"), "KHÔNG HÀI LÒNG")]
    province.petitions[0].dislikes = 9
    client.post("/simulator/clock", json={"now": "2025-08-01T00:31:00"})
    found = metrics(ask(client, "handling-satisfaction", days)["overview"])
    assert found["DOSSIER_RECEIVING_SATISFACTION"][:2] == (20, 21)
    assert found["PETITION_HANDLING_SATISFACTION"] == (1, 2, 3.0)


def test_the_sum_of_the_groups_is_the_total(client: TestClient) -> None:
    results = ask(client, "service-results", JUNE)
    groups = [ask(client, name, JUNE) for name in (*LISTS, *TREES)]
    groups.append(ask(client, "handling-satisfaction", {"fromDate": "2025-06-01", "toDate": "2025-06-30"}))
    for place, unit in enumerate([results["overview"], *results["evaluation"]]):
        rows = [[province_of(data), *units_of(data)] for data in groups]
        scores = [row[place]["totalScore" if "totalScore" in row[place] else "score"] for row in rows]
        assert unit["totalScore"] == pytest.approx(sum(scores))
    assert results["overview"]["totalScore"] == pytest.approx(sum(row["score"] for row in results["radar"]))


def test_published_figures_stand_above_the_records(province: Province) -> None:
    province.published_figures = {
        ("H44.01", "4.1"): {"numerator": 1, "denominator": 3, "points": Decimal("2.00")},
        ("H44.01", "DVCTT"): {"numerator": None, "denominator": None, "points": Decimal("6.31")},
    }
    province.published_month = date(2025, 7, 1)
    client = TestClient(application(province))
    (unit,) = ask(client, "dossier-digitized", JULY)["evaluation"]
    assert metrics(unit)["ORIGINAL_RESULT_AVAILABLE"] == (1, 3, 2.0)
    assert metrics(unit)["REUSED_DIGITIZED_DATA"] == (None, None, None)
    (unit,) = ask(client, "provide-online-tree", JULY)["children"]
    assert unit["totalScore"] == 6.31
    assert client.post(f"{BASE}/dossier-digitized", json=JUNE).status_code == 400


def test_before_its_clock_a_province_shows_what_was_captured_by_the_day(province: Province) -> None:
    values = {"numerator": 1, "denominator": 3, "points": Decimal("2.00")}
    province.published_figures = {
        ("H44.01", "2.1"): values | {"captured_on": "2025-08-26"},
        ("H44.01", "4.1"): values | {"captured_on": "2025-08-28"},
        ("H44.01", "4.2"): values | {"captured_on": None},
        ("H44.01", "4.4"): values | {"captured_on": "2099-01-01"},
    }
    province.clock = moment("2025-08-28T06:00:00")
    shown = {day: set(published(province, ["H44.01"], date(2025, 8, day))["H44.01"]) for day in (25, 26, 28)}
    assert shown == {25: {"4.2"}, 26: {"2.1", "4.2"}, 28: {"2.1", "4.1", "4.2", "4.4"}}


def test_a_group_of_which_nothing_was_captured_has_no_points(province: Province) -> None:
    province.published_figures = {("H44.01", "4.1"): {"numerator": 1, "denominator": 3, "points": Decimal("2.00")}}
    province.published_month = date(2025, 7, 1)
    client = TestClient(application(province))
    assert ask(client, "dossier-digitized", JULY)["evaluation"][0]["totalScore"] == 2
    assert ask(client, "provide-online-tree", JULY)["children"][0]["totalScore"] is None


@pytest.mark.parametrize(
    ("indicator", "counts", "points"),
    [
        ("2.1", (144_625, 184_513), "15.68"),
        ("3.1", (52, 56), "2.00"),
        ("3.5b", (93, 310), "0.75"),
        ("4.3", (3_158, 184_503), "0.04"),
        ("5.4", (144_315, 184_503), "5.21"),
        ("5.2", (0, 0), "6"),
        ("2.1", (0, 0), "0"),
    ],
)
def test_points_of_published_counts(indicator: str, counts: tuple[int, int], points: str) -> None:
    assert measure(indicator, *counts, date(2026, 8, 1)).points == Decimal(points)


def test_no_points_without_cases_and_milder_targets_until_2025() -> None:
    assert measure("4.1", 0, 0, date(2026, 8, 1)).points is None
    assert measure("3.6", 3, 10, date(2025, 12, 1)).points == Decimal(6)
    assert measure("3.6", 3, 10, date(2026, 1, 1)).points == Decimal("1.80")


def test_records_made_for_published_figures_are_counted_as_published() -> None:
    province = build(FIGURES, PERIOD, ["H44.01", "H44.08", "H44.19", "H44.181"])
    first = moment("2026-08-01T00:00:00")
    counted = evaluate(province, Period(first, moment("2026-09-01T00:00:00"), province.clock))
    compared = 0
    for (unit, indicator), cell in (province.published_figures or {}).items():
        if cell["is_exact"] and indicator not in ("DVCTT", "TTTT"):
            value = counted[unit][indicator]
            found = (value.numerator, value.denominator, value.points)
            assert found == (cell["numerator"], cell["denominator"], cell["points"]), (unit, indicator)
            compared += 1
    assert compared > 60


@pytest.mark.parametrize("number", [2, 6, 7])
def test_a_life_is_counted_as_the_second_implementation_counts_it(number: int) -> None:
    province = life.build(11, 0.05)
    first, stop = moment(f"2025-{number:02d}-01T00:00:00"), moment(f"2025-{number + 1:02d}-01T00:00:00")
    now = stop + timedelta(minutes=30)
    counted = evaluate(province, Period(first, stop, now))
    cards = scorecards(province, first.date(), now)
    assert set(counted) == set(cards)
    for unit, values in counted.items():
        for indicator, value in values.items():
            if indicator not in ("1.4", "4.6"):  # there the portal's count is the other's input
                cell = cards[unit][indicator]
                found = (value.numerator, value.denominator, value.points)
                assert found == (cell.numerator, cell.denominator, cell.points), (unit, indicator)

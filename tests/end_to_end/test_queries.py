"""The questions of docs/queries.md, asked as a reader asks them; the answers are compared with sums over the facts."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from dvc766.settings import PROJECT_ROOT
from tests.end_to_end.conftest import PERIOD
from tests.end_to_end.pipeline import Pipeline

PAGE = (PROJECT_ROOT / "docs" / "queries.md").read_text(encoding="utf-8")
QUERIES = dict(re.findall(r"^## (\d+)\. .*?```sql\n(.*?)```", PAGE, re.S | re.M))
GIVEN = {"period": f"{PERIOD:%m/%Y}", "peer_group": "department", "group_code": "TDGQ"}


def test_there_are_fourteen_questions() -> None:
    assert sorted(map(int, QUERIES)) == list(range(1, 15))


@pytest.fixture(scope="module")
def agency(small: Pipeline) -> str:
    """The first of the ranked departments by its place in the list."""
    [row] = small.rows(
        "select agency_code from marts.agency_rankings_monthly where period_month = %s and peer_group = 'department'"
        " and rank is not null order by display_order limit 1",
        PERIOD,
    )
    return str(row["agency_code"])


def test_every_question_has_an_answer(small: Pipeline, agency: str) -> None:
    for number in QUERIES:
        assert _asked(small, number, agency), f"question {number} has no answer"


def test_the_ranking_and_its_ends(small: Pipeline, agency: str) -> None:
    ranked = _asked(small, "1", agency)
    ranks = [row["rank"] for row in ranked if row["rank"] is not None]
    assert ranks == sorted(ranks)
    assert [row["rank"] for row in ranked][: len(ranks)] == ranks, "who is not ranked stands at the end"
    ends = _asked(small, "3", agency)
    assert {row["rank"] for row in ends} == {rank for rank in ranks if rank <= 5 or rank > len(ranks) - 5}


def test_the_groups_of_an_agency_make_its_score(small: Pipeline, agency: str) -> None:
    of_groups = _asked(small, "7", agency)
    [row] = small.rows(
        "select score from marts.agency_rankings_monthly where period_month = %s and agency_code = %s", PERIOD, agency
    )
    assert len(of_groups) == 6
    assert sum(group["points"] or Decimal(0) for group in of_groups) == row["score"]
    assert {(one["group_name_vi"], one["points"]) for one in of_groups} <= {
        (one["group_name_vi"], one["points"]) for one in _asked(small, "5", agency)
    }


def test_the_weakest_of_a_group_are_its_last_ranks(small: Pipeline, agency: str) -> None:
    weakest = _asked(small, "4", agency)
    others = small.rows(
        "select points from marts.agency_group_scores_monthly where period_month = %s and peer_group = 'department'"
        " and group_code = 'TDGQ' and assessment_status = 'ranked' order by points limit 5",
        PERIOD,
    )
    assert [row["points"] for row in weakest] == [row["points"] for row in others]


def test_lost_points_are_what_lacks_to_the_score(small: Pipeline, agency: str) -> None:
    lost = _asked(small, "6", agency)
    scored = [row["status_vi"] for row in lost]
    assert scored == sorted(scored, key=lambda status: status != "Đã chấm điểm")
    [row] = small.rows(
        "select applicable_score, score from marts.agency_rankings_monthly"
        " where period_month = %s and agency_code = %s",
        *(PERIOD, agency),
    )
    [card] = small.rows(
        "select sum(max_points) - sum(points) as lost from marts.agency_scorecards_monthly"
        " where period_month = %s and agency_code = %s and points is not null",
        *(PERIOD, agency),
    )
    assert row["score"] is not None
    assert sum(one["lost_points"] or Decimal(0) for one in lost) == card["lost"]


def test_no_dossier_is_counted_twice_over_the_levels(small: Pipeline, agency: str) -> None:
    levels = _asked(small, "8", agency)
    [row] = small.rows(
        "select count(*) as dossiers from facts.fct_dossier_months as dossier"
        " where period_month = %s and exists (select from facts.bridge_agencies_by_month as bridge"
        " inner join marts.agency_rankings_monthly as shown using (period_month, agency_code)"
        " where shown.peer_group <> 'province' and bridge.period_month = dossier.period_month"
        " and bridge.recorded_agency_key = dossier.agency_key)",
        PERIOD,
    )
    assert sum(level["dossiers"] for level in levels) == row["dossiers"]


def test_late_dossiers_are_those_of_the_score(small: Pipeline, agency: str) -> None:
    [card] = small.rows(
        "select denominator - numerator as late from marts.agency_scorecards_monthly"
        " where period_month = %s and agency_code = %s and indicator_code = '2.1'",
        *(PERIOD, agency),
    )
    assert len(_asked(small, "12", agency)) == card["late"]
    [province] = small.rows(
        "select denominator - numerator as late from marts.agency_scorecards_monthly"
        " where period_month = %s and agency_code = province_code and indicator_code = '2.1'",
        PERIOD,
    )
    assert sum(field["late"] for field in _asked(small, "13", agency)) == province["late"]


def _asked(pipeline: Pipeline, number: str, agency: str) -> list[dict[str, Any]]:
    """What a reader gets for a question of the page."""
    given = GIVEN | {"agency_code": agency}
    statement = re.sub(r"(?<!:):(\w+)", lambda name: f"%({name[1]})s", QUERIES[number].replace("%", "%%"))
    with pipeline.database.connect("bi_reader") as reader:
        cursor = reader.execute(statement, given)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

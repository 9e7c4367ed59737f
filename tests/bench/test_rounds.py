"""The benchmark compares in turns, by ratios within a round, and its histories agree in their last months."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bench import history
from bench.__main__ import main
from bench.rounds import table, take_turns
from bench.server import Warehouse, installed_settings
from tests.database import Database


def test_ways_take_turns_and_change_places(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []

    def way(name: str) -> Callable[[int], float]:
        def measure(number: int) -> float:
            seen.append(f"{name}{number}")
            return float(number)

        return measure

    assert take_turns({"a": way("a"), "b": way("b")}, 3) == {"a": [0.0, 1.0, 2.0], "b": [0.0, 1.0, 2.0]}
    assert seen == ["a0", "b0", "b1", "a1", "a2", "b2"]
    assert "round 3 of 3: b" in capsys.readouterr().err


def test_the_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    """A slow moment of the machine hits both ways of a round, not the ratio."""
    lines = table("Title", {"base": [1.0, 10.0, 1.0], "ours": [2.0, 20.0, 3.0]}, "base", {"ours": "note"}).splitlines()
    assert lines[1] == "Title"
    assert lines[3].split() == ["base", "1.000", "1.000", "10.000", "1.00"]
    assert lines[4].split() == ["ours", "3.000", "2.000", "20.000", "2.00", "note"]


def test_histories_of_different_length_hold_the_same_newest_dossiers(
    make_database: Callable[..., Database], migrated_template: Database, tmp_path: Path
) -> None:
    found = []
    for size in (60, 90):
        database = make_database(f"bench_history_{size}", migrated_template.name)
        warehouse = Warehouse(database.cluster, database.name, tmp_path, None)
        history.make(warehouse, size)
        history.change(warehouse, 1)
        with warehouse.connect() as owner:
            rows = owner.execute(
                "select (to_jsonb(v) - 'version_id')::text from raw.provincial_portal__dossiers as v"
                " where substr(source_id, 7)::int < 60 order by source_id, version_id"
            ).fetchall()
        assert len(rows) == 60 + history.NEW_A_DAY + 3  # dossiers 1, 21 and 41 changed
        found.append(rows)
        database.cluster.drop_database(database.name)
    assert found[0] == found[1]


def test_the_server_is_set_as_the_installation_sets_it() -> None:
    settings = installed_settings()
    assert settings["shared_buffers"] == "'1GB'"
    assert "random_page_cost" in settings


def test_a_history_too_short_to_compare_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With less, the month before the running one differs by what lies before it."""
    with pytest.raises(SystemExit):
        main(["growth", "--history", "74999", "1000000"])
    assert "--history takes 75000 dossiers or more" in capsys.readouterr().err


def test_loading_compares_its_four_ways_from_a_portal_that_takes_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["loading", "--quick", "--rounds", "1", "--answer-ms", "50"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].endswith("answers after 50 ms")
    medians = {line[:20].strip(): float(line[20:].split()[0]) for line in lines[3:]}
    assert list(medians) == ["plain COPY", "from memory", "through HTTP", "through HTTP again"]
    assert medians["through HTTP"] > 1, "more than twenty replies, one after the other, each waited for"

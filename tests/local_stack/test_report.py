"""`./run report` says where the editions are and which page to open."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dvc766 import runs
from dvc766.reporting.editions import Edition
from local_stack import report
from local_stack.installation import simulated_venues


@pytest.mark.parametrize("revision", ["0", "-1", "one", "²", ""])
def test_a_revision_is_a_number_from_one(revision: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        report.report(["--period", "2025-07", "--revision", revision])
    assert "is no number of a revision" in capsys.readouterr().err


def test_the_page_to_open_is_named_where_there_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = runs.KeptEdition(date(2025, 7, 1), 2, Edition.PUBLIC, tmp_path, {"rankings.csv": b""})
    report.tell(kept)
    assert capsys.readouterr().err == f"Bản công khai 07/2025 r2: 1 files in {tmp_path}\n"
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_bytes(b"")
    report.tell(kept)
    assert f"\n  open {tmp_path}/site/index.html\n" in capsys.readouterr().err


def test_the_simulated_venues_are_those_of_the_rows_in_force() -> None:
    from dvc766.reference import read
    from dvc766.settings import PROJECT_ROOT, venue_from_env, venue_variable

    rows = [line.cells for line in read(PROJECT_ROOT / "dbt_project" / "seeds" / "venues.csv", ("connection",))]
    in_force = [row["connection"] for row in rows if not row["valid_to"]]
    connections = simulated_venues("http://127.0.0.1:1", Path("/venues"))
    assert set(connections) == {venue_variable(name) for name in in_force}
    assert {venue_from_env(name, connections).scheme for name in in_force} == {"file", "http"}

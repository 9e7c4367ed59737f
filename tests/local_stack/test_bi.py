"""`./run bi` as far as it goes without Superset: what it refuses, what it asks for, what it says."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bi import start
from local_stack import bi
from local_stack.bi import NothingToShow
from local_stack.paths import ROOT
from tests.database import Database


@pytest.mark.parametrize("name", start.NEEDED)
@pytest.mark.parametrize("value", ["", "CHANGE_ME", "postgresql://bi_reader:CHANGE_ME@warehouse/warehouse"])
def test_superset_does_not_start_on_what_an_example_says(name: str, value: str) -> None:
    environment = dict.fromkeys(start.NEEDED, "something") | {name: value, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-S", "-m", "bi.start"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"Not set: {name}." in done.stderr and "Next:" in done.stderr


def test_the_image_of_superset_is_made_from_the_hashed_lock_and_runs_without_root() -> None:
    lines = (ROOT / "bi" / "Dockerfile").read_text()
    assert "--require-hashes" in lines and "bi/requirements.txt" in lines
    user = [line.split()[1] for line in lines.splitlines() if line.startswith("USER ")][-1]
    assert user not in ("root", "0")


def test_without_a_ranking_there_is_nothing_to_show(database: Database) -> None:
    with database.connect() as owner, pytest.raises(NothingToShow, match=r"\./run demo"):
        bi.require_a_ranking(owner, "demo")

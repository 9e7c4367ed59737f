"""Airflow's own database is cleaned by Airflow's own command, which gets the address and nobody else."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest

from dvc766.airflow_bridge import cleaning

URL = "postgresql+psycopg2://airflow:tell-no-one@db:5432/airflow"
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
TOLD = (
    "Checking table log\nFound 12 rows meeting deletion criteria.\nChecking table xcom\nFound 30 rows meeting deletion"
)
TOLD += " criteria.\n"


class Command:
    """Stands for the command: what it was given, and what it says."""

    def __init__(self, status: int, told: str) -> None:
        self.status, self.told = status, told
        self.given: list[str] = []
        self.environment: dict[str, str] = {}

    def __call__(self, command: list[str], *, env: dict[str, str], **_: Any) -> subprocess.CompletedProcess[str]:
        self.given, self.environment = command, env
        return subprocess.CompletedProcess(command, self.status, stdout=self.told, stderr="")


@pytest.mark.parametrize(("dry_run", "last"), [(True, "--dry-run"), (False, "--yes")])
def test_the_rows_that_it_names_are_counted(monkeypatch: pytest.MonkeyPatch, dry_run: bool, last: str) -> None:
    command = Command(0, TOLD)
    monkeypatch.setattr(cleaning.subprocess, "run", command)
    monkeypatch.setattr(cleaning, "metadata_url_from_airflow", lambda: URL)
    assert cleaning.clean_metadata(BEFORE, dry_run) == 42
    assert command.given[-1] == last and "2026-01-01T00:00:00+00:00" in command.given
    assert command.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == URL
    assert not any("tell-no-one" in part for part in command.given)  # a list of processes shows these


def test_a_failed_command_is_told_without_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning.subprocess, "run", Command(1, f"could not connect to {URL}\n"))
    monkeypatch.setattr(cleaning, "metadata_url_from_airflow", lambda: URL)
    with pytest.raises(cleaning.MetadataNotCleaned, match="Việc cần làm") as failed:
        cleaning.clean_metadata(BEFORE, dry_run=False)
    assert "could not connect" in str(failed.value) and "tell-no-one" not in str(failed.value)


def test_without_a_connection_nothing_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning.subprocess, "run", lambda *_, **__: pytest.fail("called"))
    monkeypatch.setattr(cleaning, "metadata_url_from_airflow", lambda: None)
    assert cleaning.clean_metadata(BEFORE, dry_run=False) is None

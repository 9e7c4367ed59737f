"""Backups without a server to back up: what is refused, what is due, what is written down. The drill does the rest."""

from __future__ import annotations

import configparser
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from backup.__main__ import main
from backup.record import recorded
from backup.repository import KEY, Backup, BackupFailed, Repository, read_info
from backup.schedule import HOUR, ZONE, due, is_late
from local_stack import archive, postgres
from local_stack.paths import ROOT
from tests.database import Database

SECRET = "a key that nobody else has"
BEGIN = datetime(2026, 11, 2, HOUR, 0, 5, tzinfo=ZONE)  # a Monday evening
WEEK = 7


def info(*backups: Mapping[str, Any]) -> str:
    return "a warning\n" + json.dumps([{"name": "warehouse", "backup": list(backups)}])


def told(label: str, kind: str = "full", *, error: bool = False) -> dict[str, Any]:
    return {
        "label": label,
        "type": kind,
        "timestamp": {"start": 1_790_000_000, "stop": 1_790_000_060},
        "info": {"repository": {"delta": 1234}},
        "error": error,
    }


def answering(replies: Mapping[str, tuple[int, str]]) -> Repository:
    """A repository whose pgBackRest answers as written down, by command."""

    def run(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        status, text = replies[command[-1]]
        return subprocess.CompletedProcess(command, status, stdout=text)

    return Repository({KEY: SECRET}, run)


def taken(day: int, kind: str, *, is_sound: bool = True) -> Backup:
    begin = BEGIN + timedelta(days=day)
    return Backup(f"{day}", kind, begin, begin + timedelta(minutes=3), 1, is_sound)


def test_the_configuration_encrypts_checks_and_forgets() -> None:
    file = configparser.ConfigParser()
    file.read(ROOT / "backup" / "pgbackrest.conf")
    whole = dict(file["global"])
    assert whole["repo1-cipher-type"] == "aes-256-cbc"
    assert whole["compress-type"] == "lz4"  # the one with a checksum of its own
    assert int(whole["repo1-retention-full"]) >= 2
    assert "warehouse" in file and not any("cipher-pass" in option for option in whole)


@pytest.mark.parametrize(
    ("key", "status", "said"), [(None, 1, "no key"), ("CHANGE_ME", 1, "no key"), (SECRET, 0, "archive-push segment")]
)
def test_no_wal_leaves_the_server_without_a_key(tmp_path: Path, key: str | None, status: int, said: str) -> None:
    program = tmp_path / "pgbackrest"
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.defpath}"} | ({KEY: key} if key else {})
    command = [str(ROOT / "backup" / archive.PROGRAM), "segment"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert said in done.stdout + done.stderr


@pytest.mark.parametrize("key", ["", "CHANGE_ME" * 4, "too short"])
def test_a_repository_without_a_key_is_none(key: str) -> None:
    with pytest.raises(BackupFailed, match="DVC766_BACKUP_KEY"):
        Repository({KEY: key})


def test_backups_are_read_the_oldest_first() -> None:
    first, second = read_info(info(told("A"), told("B", "diff", error=True)))
    assert (first.label, first.kind, first.size_bytes, first.is_sound) == ("A", "full", 1234, True)
    assert (second.label, second.is_sound) == ("B", False)
    assert first.finished_at - first.started_at == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("after", "backups", "kind"),
    [
        (timedelta(0), [], "full"),
        (timedelta(hours=1), [taken(0, "full")], None),
        (timedelta(days=1, seconds=-60), [taken(0, "full")], None),
        (timedelta(days=1), [taken(0, "full")], "diff"),
        (timedelta(days=1), [taken(0, "full"), taken(1, "diff")], None),
        (timedelta(days=3), [taken(0, "full"), taken(1, "diff")], "diff"),
        (timedelta(days=3), [taken(0, "full"), taken(2, "diff"), taken(3, "diff", is_sound=False)], "diff"),
        (timedelta(days=WEEK), [taken(0, "full"), taken(6, "diff")], "full"),
        (timedelta(days=WEEK), [taken(0, "full", is_sound=False)], "full"),
        (timedelta(days=20), [taken(0, "full"), taken(WEEK, "full"), taken(19, "diff")], "full"),
    ],
)
def test_a_full_one_is_due_each_week_and_a_differential_one_each_evening(
    after: timedelta, backups: list[Backup], kind: str | None
) -> None:
    assert due(BEGIN + after, backups) == kind


def test_a_day_without_a_sound_backup_is_late() -> None:
    newest = [taken(0, "full"), taken(1, "diff", is_sound=False)]
    assert not is_late(BEGIN + timedelta(hours=25), newest)
    assert is_late(BEGIN + timedelta(hours=27), newest)
    assert is_late(BEGIN, [])


def rows(database: Database) -> list[Any]:
    with database.connect() as owner:
        return owner.execute(
            "select kind, label, size_bytes, succeeded, message_vi, finished_at >= started_at from ops.backups"
        ).fetchall()


def test_a_backup_is_written_down(database: Database) -> None:
    repository = answering({"backup": (0, ""), "info": (0, info(told("A"), told("B", "diff")))})
    assert recorded(repository, "diff", database.url()).label == "B"
    assert rows(database) == [("diff", "B", 1234, True, None, True)]


def test_one_that_failed_too_with_the_reason_and_the_next_step(database: Database) -> None:
    repository = answering({"backup": (82, "ERROR: [082]: WAL segment was not archived")})
    with pytest.raises(BackupFailed, match="WAL segment was not archived"):
        recorded(repository, "full", database.url())
    [(kind, label, size, succeeded, message, _)] = rows(database)
    assert (kind, label, size, succeeded) == ("full", None, None, False)
    assert "WAL segment was not archived" in message and "Việc cần làm" in message


@pytest.mark.parametrize("statement", ["update ops.backups set succeeded = true", "delete from ops.backups"])
def test_what_was_written_down_stays(database: Database, statement: str) -> None:
    recorded(answering({"backup": (0, ""), "info": (0, info(told("A")))}), "full", database.url())
    with database.connect() as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(statement)


@pytest.mark.parametrize("told_by", ["stanza: warehouse\nstatus: error\n  wal: 1 corrupt", "", "status: warning"])
def test_a_repository_that_is_not_told_to_be_whole_is_damaged(told_by: str) -> None:
    with pytest.raises(BackupFailed, match="damaged"):
        answering({"verify": (0, told_by)}).verify()


def test_without_pgbackrest_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BackupFailed, match="knows PostgreSQL 18"):
        Repository({KEY: SECRET}).backups()


def test_nothing_is_restored_over_files(tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    with pytest.raises(BackupFailed, match="not empty"):
        archive.restored_cluster(postgres.Cluster(tmp_path, 1), tmp_path, SECRET, None)


def test_a_time_without_its_offset_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["restore", "somewhere", "--to", "2026-11-29T08:00:00"])
    assert "has no offset" in capsys.readouterr().err


def test_the_moment_of_a_restore_is_told_in_utc(tmp_path: Path) -> None:
    seen: list[Sequence[str]] = []

    def run(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        seen.append(command)
        return subprocess.CompletedProcess(command, 0, stdout="")

    Repository({KEY: SECRET}, run).restore(tmp_path, datetime(2026, 11, 29, 8, tzinfo=UTC).astimezone(ZONE))
    assert "--target=2026-11-29 08:00:00.000000+00" in seen[0]

"""A person of the office reads as a member of a group, and is gone when taken away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
from psycopg import errors

from dvc766.settings import SettingsError
from dvc766.warehouse import people
from tests.database import Database

NAME = "tran_thi_b"


@pytest.fixture
def office(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("DVC766_OWNER_URL", database.url())
    yield database
    with suppress(SettingsError), database.connect() as owner:
        people.remove(owner, NAME)


def test_a_person_reads_as_the_group_does_and_is_gone_when_taken_away(
    office: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert people.main(["add", NAME, "--reads", "ops"]) == 0
    password = capsys.readouterr().out.strip()
    with psycopg.connect(office.cluster.url(office.name, NAME, password), autocommit=True) as person:
        assert person.execute("select count(*) from runs").fetchone() == (0,)  # by the group's search path
        assert person.execute("show default_transaction_read_only").fetchone() == ("on",)
        with pytest.raises(errors.InsufficientPrivilege):
            person.execute("set role ops_reader")
        with pytest.raises(errors.InsufficientPrivilege):
            person.execute("select from published.revisions")
        assert people.main(["list"]) == 0
        assert capsys.readouterr().out == f"{NAME}\tops_readers\n"
        assert people.main(["remove", NAME]) == 0
        with pytest.raises(errors.AdminShutdown):
            person.execute("select 1")
    assert people.main(["remove", NAME]) == 1
    assert "is no person's login" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["bi_reader", "pg_monitor", "Trần Thị B", "b; drop", "postgres"])
def test_a_name_that_cannot_be_a_login_is_refused(
    office: Database, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert people.main(["add", name, "--reads", "marts"]) == 1
    said = capsys.readouterr().err
    assert ("cannot be a login" in said or "There is a role" in said) and "Next: choose" in said

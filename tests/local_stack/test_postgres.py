"""The embedded server: made, started, stopped, asked for a password, and kept off the network."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import psycopg
import pytest

from local_stack import postgres, server_account
from tests.database import Database


def test_the_server_is_postgresql_18_and_knows_vietnamese_letters(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        row = connection.execute("select current_setting('server_version_num')::int / 10000, lower('ĐƯỜNG')").fetchone()
    assert row == (18, "đường")


def test_a_wrong_password_is_refused(cluster: postgres.Cluster) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.url("postgres", password="wrong"))


def test_the_server_listens_on_loopback_only(cluster: postgres.Cluster) -> None:
    with cluster.connect() as connection:
        row = connection.execute("select current_setting('listen_addresses'), inet_server_addr()::text").fetchone()
    assert row == ("127.0.0.1", "127.0.0.1/32")


def test_start_and_stop_are_repeatable(cluster: postgres.Cluster) -> None:
    cluster.start()
    assert cluster.is_running()
    assert cluster.create_database("kept_over_a_restart")
    assert not cluster.create_database("kept_over_a_restart")
    cluster.stop()
    cluster.stop()
    assert not cluster.is_running()
    cluster.start()
    assert not cluster.create_database("kept_over_a_restart")
    cluster.drop_database("kept_over_a_restart")


def test_a_killed_server_that_nobody_has_buried_yet_does_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process is still listed, so pg_ctl takes it for alive: nothing would be started again."""
    monkeypatch.setattr(postgres, "_pg_ctl", lambda *_: subprocess.CompletedProcess([], 0))
    cluster = postgres.Cluster(tmp_path, 1)
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("18")
    server = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    (cluster.data / "postmaster.pid").write_text(f"{server.pid}\n")
    assert cluster.is_running()
    server.kill()
    os.waitid(os.P_PID, server.pid, os.WEXITED | os.WNOWAIT)
    assert not cluster.is_running()
    server.communicate()


def test_the_owner_password_is_readable_by_this_user_alone(cluster: postgres.Cluster) -> None:
    assert (cluster.home / "owner-password").stat().st_mode & 0o077 == 0


def test_a_taken_port_is_named_in_the_message(tmp_path_factory: pytest.TempPathFactory) -> None:
    with socket.socket() as holder:
        holder.bind((postgres.HOST, 0))
        holder.listen()
        home = server_account.home_for(tmp_path_factory.mktemp("postgres"))
        other = postgres.Cluster(home, holder.getsockname()[1], throw_away=True)
        try:
            with pytest.raises(
                server_account.PostgresFailed, match=r"Address already in use[\s\S]*DVC766_POSTGRES_PORT"
            ):
                other.start()
        finally:
            other.remove()


def test_data_that_the_server_cannot_reach_goes_to_the_shared_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_account, "_can_enter", lambda folder: False)
    monkeypatch.setattr(server_account, "SHARED_SPACE", tmp_path)
    assert server_account.home_for(tmp_path / "closed").parent == tmp_path


def test_a_folder_of_another_user_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_account, "_can_enter", lambda folder: False)
    monkeypatch.setattr(server_account, "SHARED_SPACE", tmp_path)
    server_account.home_for(tmp_path / "closed").rmdir()
    server_account.SHARED_SPACE.joinpath("elsewhere").mkdir()
    mark = server_account.home_for(tmp_path / "closed")
    mark.rmdir()
    mark.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(server_account.PostgresFailed, match="another user"):
        server_account.home_for(tmp_path / "closed")

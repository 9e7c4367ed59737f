"""The four kinds of place; their server processes are shared, each test has a place of its own there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal_simulator.running import running
from tests.dvc766.delivery import places
from tests.dvc766.delivery.places import Place, SftpServer
from tests.portal_simulator.sample import sample_province


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The address of an S3-compatible server."""
    with places.s3_server() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def sftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    """An SFTP server."""
    with places.sftp_server(tmp_path_factory.mktemp("sftp")) as server:
        yield server


@pytest.fixture
def simulator() -> Iterator[str]:
    """The portal simulator's address."""
    with running(sample_province()) as url:
        yield url


@pytest.fixture(params=["folder", "s3", "sftp", "interface"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place of each kind, empty."""
    if request.param == "folder":
        return places.folder(tmp_path / "nơi nhận")
    if request.param == "s3":
        return places.s3(request.getfixturevalue("s3_endpoint"), tmp_path.name)
    if request.param == "sftp":
        return places.sftp(request.getfixturevalue("sftp_server"), f"{tmp_path.name}/công khai")
    return places.interface(request.getfixturevalue("simulator"))

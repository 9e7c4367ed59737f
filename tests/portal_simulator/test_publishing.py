"""The publishing interface takes an edition whole or not at all, and shows only what it keeps."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from portal_simulator.faces.replies import LOGIN, PASSWORD
from portal_simulator.records import Province
from portal_simulator.server import application

PLACE = "/publishing/web-portal"
FILES = {"site/index.html": b"page", "empty.txt": b"", "SHA256SUMS": b"list"}
SENT = tuple[dict[str, Any], dict[str, bytes]]


@pytest.fixture
def client(province: Province) -> TestClient:
    """A client with a token of the publishing interface."""
    signed = TestClient(application(province))
    asked = {"grant_type": "client_credentials", "client_id": LOGIN, "client_secret": PASSWORD}
    token = signed.post("/publishing/token", data=asked).json()["access_token"]
    signed.headers["authorization"] = f"Bearer {token}"
    return signed


def edition(**changes: Any) -> SENT:
    """A manifest and the parts of its files."""
    listed = [
        {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in FILES.items()
    ]
    manifest = {"period": "2025-07", "revision": 1, "edition": "public", "files": listed} | changes
    return manifest, {str(at): content for at, content in enumerate(FILES.values())}


def send(client: TestClient, sent: SENT, place: str = PLACE) -> Any:
    """The reply to an edition."""
    manifest, parts = sent
    text = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    files = [("manifest", ("manifest.json", text))] + [(name, (name, content)) for name, content in parts.items()]
    return client.post(f"{place}/editions", files=files)


def pointer(sha256: str = hashlib.sha256(b"list").hexdigest()) -> dict[str, Any]:
    """A pointer to the edition."""
    return {"months": {"2025-07": {"path": "2025-07/r1/public", "revision": 1, "sha256": sha256}}}


def test_an_edition_is_kept_and_read_back_by_anybody(client: TestClient, bare_client: TestClient) -> None:
    assert send(client, edition()).status_code == 201
    assert send(client, edition()).status_code == 200
    for path, content in FILES.items():
        assert client.get(f"{PLACE}/2025-07/r1/public/{path}", headers={"authorization": ""}).content == content
    for path in ("2025-07/r1/public/other", "2025-07/r2/public/SHA256SUMS", "latest.json", "x"):
        assert client.get(f"{PLACE}/{path}").status_code == 404
    assert client.get("/publishing/other/2025-07/r1/public/SHA256SUMS").status_code == 404
    assert send(bare_client, edition()).status_code == 401
    assert bare_client.put(f"{PLACE}/latest.json", json=pointer()).status_code == 401


def test_the_same_revision_with_other_files_is_a_conflict(client: TestClient) -> None:
    send(client, edition())
    manifest, parts = edition()
    manifest["files"][0] |= {"bytes": 5, "sha256": hashlib.sha256(b"other").hexdigest()}
    assert send(client, (manifest, parts | {"0": b"other"})).status_code == 409
    assert client.get(f"{PLACE}/2025-07/r1/public/site/index.html").content == b"page"


def _without(name: str) -> SENT:
    manifest, parts = edition()
    del parts[name]
    return manifest, parts


def _path(path: str) -> SENT:
    manifest, parts = edition()
    manifest["files"][0]["path"] = path
    return manifest, parts


REFUSED: dict[str, tuple[SENT, int]] = {
    "a file is missing": (_without("1"), 422),
    "a file is cut": ((edition()[0], edition()[1] | {"0": b"pag"}), 422),
    "a file too many": ((edition()[0], edition()[1] | {"9": b""}), 422),
    "a way out": (_path("../index.html"), 422),
    "an absolute path": (_path("/etc/passwd"), 422),
    "a path twice": (_path("empty.txt"), 422),
    "no list of hashes": (edition(files=edition()[0]["files"][:2]), 422),
    "internal": (edition(edition="internal"), 403),
    "no month": (edition(period="2025-13"), 400),
    "no revision": (edition(revision=0), 400),
    "no files": (edition(files=None), 400),
    "no JSON": ((b"{", {}), 400),  # type: ignore[dict-item]
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_whole_is_not_kept(case: str, client: TestClient) -> None:
    sent, status = REFUSED[case]
    assert send(client, sent).status_code == status
    assert client.get(f"{PLACE}/2025-07/r1/public/SHA256SUMS").status_code == 404


def test_readers_are_led_only_to_what_is_kept(client: TestClient) -> None:
    assert client.put(f"{PLACE}/latest.json", json=pointer()).status_code == 409
    send(client, edition())
    assert client.put(f"{PLACE}/latest.json", json=pointer("0" * 64)).status_code == 409
    assert client.get(f"{PLACE}/latest.json").status_code == 404
    assert client.put(f"{PLACE}/latest.json", json=pointer()).status_code == 200
    assert client.get(f"{PLACE}/latest.json").json() == pointer()


@pytest.mark.parametrize(("fault", "status", "kept"), [("upload_cut", 422, 404), ("error_after_storing", 500, 200)])
def test_every_other_upload_can_be_made_to_stumble(fault: str, status: int, kept: int, client: TestClient) -> None:
    client.post("/simulator/faults", json={"name": fault})
    assert send(client, edition()).status_code == status
    assert client.get(f"{PLACE}/2025-07/r1/public/SHA256SUMS").status_code == kept
    assert send(client, edition()).is_success

"""A release arrives whole or not at all, at every kind of place, and readers follow latest.json."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from dvc766.delivery import DeliveryFailed, DeliveryRefused, Release, Store, deliver, opened, tries
from dvc766.delivery.pointer import moved_to
from tests.dvc766.delivery import places
from tests.dvc766.delivery.places import ACCOUNT, Place, SftpServer, what_readers_see
from tests.dvc766.delivery.samples import release


def sent(place: Place, given: Release) -> bool:
    with opened(place.venue) as store:
        return deliver(given, store)


def test_a_release_arrives_whole_and_again_changes_nothing(place: Place) -> None:
    assert what_readers_see(place) == {}
    assert sent(place, release()) is True
    assert what_readers_see(place) == {"2025-07": 1}
    assert sent(place, release()) is False
    for name, content in release().files.items():
        assert place.read(f"2025-07/r1/public/{name}") == content


def test_a_correction_takes_the_place_of_its_month_and_no_older_one_comes_back(place: Place) -> None:
    for given in (release(1, period="2025-06"), release(2), release(1), release(2, period="2025-06")):
        assert sent(place, given) is True
    assert what_readers_see(place) == {"2025-06": 2, "2025-07": 2}
    pointer = json.loads(place.read("latest.json") or b"")
    assert (pointer["latest"], pointer["edition"]) == ("2025-07", "public")


def test_a_revision_that_is_there_with_other_files_is_refused(place: Place) -> None:
    sent(place, release())
    other = replace(release(), files={**release().files, "rankings.csv": b"other"})
    with pytest.raises(DeliveryRefused, match=r"nội dung khác[\s\S]*Việc cần làm"):
        sent(place, other)
    assert place.read("2025-07/r1/public/rankings.csv") == release().files["rankings.csv"]


def test_another_edition_is_refused_where_one_is_shown(place: Place) -> None:
    sent(place, release())
    with pytest.raises(DeliveryRefused, match="không nhận bản internal"):
        sent(place, replace(release(), edition="internal"))


@pytest.mark.parametrize("place", ["folder", "s3", "sftp"], indirect=True)
def test_what_was_spoiled_at_the_place_is_written_again(place: Place) -> None:
    sent(place, release())
    assert place.spoil
    place.spoil("2025-07/r1/public/site/index.html", b"half")
    assert sent(place, release()) is True
    assert what_readers_see(place) == {"2025-07": 1}


def test_a_pointer_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    place = places.folder(tmp_path)
    assert place.spoil
    for text in (b"<html>", b"[]", b'{"edition": "public", "months": {"2025-07": {}}}'):
        place.spoil("latest.json", text)
        with pytest.raises(DeliveryRefused, match="không phải do hệ thống này ghi"):
            sent(place, release())
        assert place.read("latest.json") == text


def test_the_list_of_hashes_is_one_that_sha256sum_reads(tmp_path: Path) -> None:
    sent(places.folder(tmp_path), release())
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    subprocess.run(command, cwd=tmp_path / "2025-07" / "r1" / "public", check=True)


class Losing:
    """A store that keeps something else than it is given."""

    def __init__(self, inner: Store, lost: str) -> None:
        self._inner, self._lost = inner, lost

    def read(self, paths: Collection[str]) -> Mapping[str, bytes]:
        found = self._inner.read(paths)
        return {path: b"" if path.endswith(self._lost) else content for path, content in found.items()}

    def upload(self, given: Release, paths: Collection[str]) -> None:
        self._inner.upload(given, paths)

    def replace(self, path: str, content: bytes) -> None:
        self._inner.replace(path, content)


def test_readers_are_not_led_to_what_cannot_be_read_back(tmp_path: Path) -> None:
    place = places.folder(tmp_path)
    with opened(place.venue) as store, pytest.raises(DeliveryFailed, match=r"1 tệp khác.*rankings\.csv"):
        deliver(release(), Losing(store, "rankings.csv"))
    assert what_readers_see(place) == {}
    with opened(place.venue) as store, pytest.raises(DeliveryFailed, match=r"Đọc lại latest\.json"):
        deliver(release(), Losing(store, "latest.json"))


def test_the_pointer_is_the_same_text_for_the_same_months() -> None:
    first = moved_to(moved_to(None, release(1, period="2025-06")), release())
    assert first == moved_to(moved_to(None, release()), release(1, period="2025-06"))
    assert moved_to(first, release()) == first


def test_a_place_that_cannot_be_reached_is_tried_again_and_named(tmp_path: Path) -> None:
    free = "127.0.0.1:9"
    key: dict[str, Any] = {"host_key": "ssh-ed25519 AAAA", "login": "a", "password": "b"}
    s3: dict[str, Any] = {"endpoint": f"http://{free}", "allow_http": True, "login": "a", "password": "b"}
    file = tmp_path / "a file"
    file.write_bytes(b"")
    for venue in (
        places.venue(f"http://{free}/x", allow_http=True, tries=3),
        places.venue(f"sftp://{free}/x", tries=3, **key),
        places.venue("s3://bucket/x", tries=3, **s3),
        places.venue(file.as_uri(), tries=3),
    ):
        made = 0
        with pytest.raises(DeliveryFailed, match=r"người xem vẫn thấy bản trước\.\nViệc cần làm") as told:
            for attempt in tries(venue.extra):
                made += 1
                with attempt, opened(venue) as store:
                    deliver(release(), store)
        assert made == 3, venue.url
        assert venue.url in str(told.value)


def test_a_wrong_account_is_refused_at_once(simulator: str, sftp_server: SftpServer) -> None:
    _refused(places.sftp(sftp_server, "wrong account", password="wrong"), "từ chối tài khoản")
    place = places.interface(simulator)
    _refused(replace(place, venue=replace(place.venue, password="wrong")), "HTTP 401")
    assert ACCOUNT[1] not in str(places.sftp(sftp_server, "x").venue)


def test_an_sftp_server_with_another_key_gets_nothing(sftp_server: SftpServer) -> None:
    _refused(places.sftp(sftp_server, "other key", host_key="ssh-rsa AAAAB3NzaC1yc2E="), "khóa khác")
    assert not (sftp_server.root / "other key").exists()


@pytest.mark.parametrize("fault", ["upload_cut", "error_after_storing"])
def test_a_publishing_interface_that_stumbles_is_tried_again(fault: str, simulator: str) -> None:
    requests.post(f"{simulator}/simulator/faults", json={"name": fault}, timeout=30).raise_for_status()
    place = places.interface(simulator)
    with pytest.raises(DeliveryFailed, match=r"HTTP (422|500)"):
        sent(place, release())
    assert what_readers_see(place) == {}
    for attempt in tries(place.venue.extra):
        with attempt:
            sent(place, release())
    assert what_readers_see(place) == {"2025-07": 1}


def test_a_token_that_has_run_out_is_renewed(simulator: str) -> None:
    body = {"name": "token_401_once", "every": 2}
    requests.post(f"{simulator}/simulator/faults", json=body, timeout=30).raise_for_status()
    place = places.interface(simulator)
    assert sent(place, release()) is True
    assert what_readers_see(place) == {"2025-07": 1}


def _refused(place: Place, words: str) -> None:
    made = 0
    with pytest.raises(DeliveryRefused, match=rf"{words}[\s\S]*Việc cần làm"):
        for attempt in tries(place.venue.extra):
            with attempt:
                made += 1
                sent(place, release())
    assert made == 1

"""A publishing interface over HTTP: it takes a revision in one request, and keeps all of it or nothing.

| request                             | what it means                                                       |
|-------------------------------------|---------------------------------------------------------------------|
| POST {place}/editions               | a manifest and the files: kept when all are there with their hashes |
| GET {place}/2025-07/r1/public/...   | a file as it was kept                                               |
| GET, PUT {place}/latest.json        | what readers follow; only to what is kept                           |

The manifest: {"period", "revision", "edition", "files": [{"path", "bytes", "sha256"}]}; the part of a file is named
by its place in that list. 409 = the same revision is kept with other files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import requests

from dvc766.delivery.delivering import DeliveryFailed, DeliveryRefused
from dvc766.delivery.release import Release
from dvc766.settings import VenueSettings

_ABSENT, _CONFLICT, _UNAUTHORIZED = 404, 409, 401
_REFUSED = (400, _UNAUTHORIZED, 403, 405, 413, 415)
_OCTETS, _JSON = "application/octet-stream", "application/json"
_MOST_OF_A_REASON = 200  # letters of what the interface says


class PublishingInterface:
    """One place of a publishing interface."""

    def __init__(self, venue: VenueSettings, session: requests.Session) -> None:
        self._venue = venue
        self._session = session

    def read(self, paths: Collection[str]) -> Mapping[str, bytes]:
        """The content of those of the files that are there."""
        replies = {path: self._ask("GET", path, may_be_absent=True) for path in paths}
        return {path: reply.content for path, reply in replies.items() if reply.status_code != _ABSENT}

    def upload(self, release: Release, paths: Collection[str]) -> None:
        """Send all of a release in one request."""
        files = {path.removeprefix(f"{release.prefix}/"): content for path, content in release.placed.items()}
        manifest = {
            "period": release.period,
            "revision": release.revision,
            "edition": release.edition,
            "files": [
                {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                for path, content in files.items()
            ],
        }
        parts: list[tuple[str, tuple[str, bytes, str]]] = [
            ("manifest", ("manifest.json", json.dumps(manifest, ensure_ascii=False).encode(), _JSON))
        ]
        parts += [(str(at), (str(at), content, _OCTETS)) for at, content in enumerate(files.values())]
        self._ask("POST", "editions", files=parts)

    def replace(self, path: str, content: bytes) -> None:
        """Have readers follow this."""
        self._ask("PUT", path, data=content, headers={"Content-Type": _JSON})

    def sign_in(self) -> None:
        """Get a token, where the interface wants one."""
        if not (address := self._venue.extra.token_url):
            return
        reply = self._session.post(
            address,
            data={"grant_type": "client_credentials"},
            auth=(self._venue.login, self._venue.password),
            timeout=self._timeouts,
        )
        self._require_good(reply, "POST token")
        try:
            token = str(reply.json()["access_token"])
        except (ValueError, KeyError, TypeError):
            raise self._failed("POST token", "trả lời không có access_token") from None
        self._session.headers["Authorization"] = f"Bearer {token}"

    def _ask(self, method: str, path: str, *, may_be_absent: bool = False, **content: Any) -> requests.Response:
        """A good reply; a token that has run out is renewed once."""
        for is_last in (False, True):
            reply = self._session.request(
                method, f"{self._venue.url}/{quote(path)}", timeout=self._timeouts, allow_redirects=False, **content
            )
            if reply.status_code != _UNAUTHORIZED or is_last or not self._venue.extra.token_url:
                break
            self.sign_in()
        if not (may_be_absent and reply.status_code == _ABSENT):
            self._require_good(reply, f"{method} {path}")
        return reply

    @property
    def _timeouts(self) -> tuple[float, float]:
        return self._venue.extra.connect_timeout, self._venue.extra.read_timeout

    def _require_good(self, reply: requests.Response, what: str) -> None:
        status = reply.status_code
        if 200 <= status < 300:
            return
        if status == _CONFLICT:
            raise DeliveryRefused(
                f"{self._venue.url}, {what}: nơi nhận đã có nội dung khác ({_reason(reply)}).\n"
                "Việc cần làm: so nội dung ở nơi nhận với thư mục bản phát hành; muốn thay thì công bố đính chính."
            )
        if status in _REFUSED:
            raise DeliveryRefused(
                f"{self._venue.url}, {what}: nơi nhận từ chối, HTTP {status} ({_reason(reply)}).\n"
                f"Việc cần làm: kiểm tra địa chỉ và tài khoản trong kết nối {self._venue.name}."
            )
        raise self._failed(what, f"HTTP {status} ({_reason(reply)})")

    def _failed(self, what: str, why: str) -> DeliveryFailed:
        return DeliveryFailed(
            f"{self._venue.url}, {what}: {why}; người xem vẫn thấy bản trước.\n"
            "Việc cần làm: nhiệm vụ này tự thử lại; nếu vẫn lỗi thì báo nơi nhận."
        )


@contextmanager
def opened_interface(venue: VenueSettings) -> Iterator[PublishingInterface]:
    """The publishing interface of a venue, signed in."""
    with requests.Session() as session:
        session.trust_env = False  # no proxy, CA or password from the environment
        session.verify = venue.extra.ca_bundle or True
        if venue.login and not venue.extra.token_url:
            session.auth = (venue.login, venue.password)
        interface = PublishingInterface(venue, session)
        try:
            interface.sign_in()
            yield interface
        except requests.RequestException as error:
            raise interface._failed("kết nối", type(error).__name__) from error


def _reason(reply: requests.Response) -> str:
    """What the interface says, in a line; its message when it says one in JSON."""
    try:
        said = str(reply.json()["message"])
    except (ValueError, KeyError, TypeError):
        said = reply.reason or "không nêu lý do"
    return " ".join(said.split())[:_MOST_OF_A_REASON]

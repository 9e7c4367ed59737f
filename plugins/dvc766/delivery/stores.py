"""A folder, S3-compatible storage and SFTP, all through fsspec.

| place  | a file appears                            | a file is replaced                          |
|--------|-------------------------------------------|---------------------------------------------|
| folder | as it is written                          | aside, then by its name in one step         |
| S3     | whole, when its last byte has arrived     | the same                                    |
| SFTP   | as it is written                          | aside, then by its name (posix-rename)      |
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import fsspec
import paramiko
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from fsspec.implementations.local import LocalFileSystem
from paramiko.ssh_exception import AuthenticationException, SSHException

from dvc766.delivery.delivering import DeliveryFailed, DeliveryRefused
from dvc766.delivery.release import CHECKSUMS, Release
from dvc766.settings import VenueSettings

_ASIDE = ".new"  # of a file that is being replaced
_SSH_PORT = 22


class FileStore:
    """Files below a root of a file system; `renames` = a file system that shows files while they are written."""

    def __init__(self, files: fsspec.AbstractFileSystem, root: str, *, renames: bool) -> None:
        self._files = files
        self._root = root
        self._renames = renames

    def read(self, paths: Collection[str]) -> Mapping[str, bytes]:
        """The content of those of the files that are there."""
        places = {self._files._strip_protocol(self._place(path)): path for path in paths}
        read = self._files.cat(list(places), on_error="return")
        found = {}
        for place, content in read.items():
            if isinstance(content, bytes):
                found[places[place]] = content
            elif not isinstance(content, FileNotFoundError):
                raise content
        return found

    def upload(self, release: Release, paths: Collection[str]) -> None:
        """Write these files of a release, its list of hashes after all others."""
        listed = f"{release.prefix}/{CHECKSUMS}"
        written = {self._place(path): release.placed[path] for path in paths if path != listed}
        self._make_folders([*written, self._place(listed)])
        if written:
            self._files.pipe(written)
        if listed in paths:
            self.replace(listed, release.placed[listed])

    def replace(self, path: str, content: bytes) -> None:
        """Write a file in one step: a reader sees the old content or the new."""
        place = self._place(path)
        if not self._renames:
            self._files.pipe_file(place, content)
            return
        self._make_folders([place])
        self._files.pipe_file(place + _ASIDE, content)
        self._files.mv(place + _ASIDE, place)

    def _make_folders(self, places: Collection[str]) -> None:
        """Storage of objects has none."""
        if self._renames:
            for folder in sorted({place.rpartition("/")[0] for place in places}):
                self._files.makedirs(folder, exist_ok=True)

    def _place(self, path: str) -> str:
        return f"{self._root}/{path}"


class _OnlyThisKey(paramiko.MissingHostKeyPolicy):
    """Lets a server pass that has the key which its keeper told us."""

    def __init__(self, told: str) -> None:
        self._told = told.split()[:2]

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Raise DeliveryRefused unless the key is the one that is known."""
        if [key.get_name(), key.get_base64()] != self._told:
            raise DeliveryRefused(
                f"Máy chủ SFTP {hostname} đưa ra khóa khác với khóa đã ghi (host_key); chưa gửi gì.\n"
                "Việc cần làm: hỏi người quản trị máy chủ; nếu khóa đã đổi thật thì ghi khóa mới vào kết nối."
            )


@contextmanager
def opened_store(venue: VenueSettings) -> Iterator[FileStore]:
    """The store of a venue whose address is a folder, S3-compatible storage or SFTP."""
    with _told(venue):
        files, root = _FILE_SYSTEMS[venue.scheme](venue)
        try:
            yield FileStore(files, root, renames=venue.scheme != "s3")
        finally:
            if client := getattr(files, "client", None):
                client.close()


def _folder(venue: VenueSettings) -> tuple[fsspec.AbstractFileSystem, str]:
    return LocalFileSystem(skip_instance_cache=True), unquote(urlsplit(venue.url).path)


def _s3(venue: VenueSettings) -> tuple[fsspec.AbstractFileSystem, str]:
    extra, parts = venue.extra, urlsplit(venue.url)
    # What fails is told at once: `tries` is the only layer that tries again.
    config: dict[str, Any] = {
        "connect_timeout": extra.connect_timeout,
        "read_timeout": extra.read_timeout,
        "retries": {"max_attempts": 1},
    }
    client = {"region_name": extra.region, "verify": extra.ca_bundle}
    files = fsspec.filesystem(
        "s3",
        key=venue.login or None,
        secret=venue.password or None,
        endpoint_url=extra.endpoint,
        client_kwargs={key: value for key, value in client.items() if value},
        config_kwargs=config,
        skip_instance_cache=True,
        use_listings_cache=False,
    )
    return files, f"{parts.hostname}{parts.path}"


def _sftp(venue: VenueSettings) -> tuple[fsspec.AbstractFileSystem, str]:
    extra, parts = venue.extra, urlsplit(venue.url)
    files = fsspec.filesystem(
        "sftp",
        host=parts.hostname,
        port=parts.port or _SSH_PORT,
        username=venue.login,
        password=venue.password or None,
        key_filename=extra.key_file,
        allow_agent=False,
        look_for_keys=False,
        timeout=extra.connect_timeout,
        channel_timeout=extra.read_timeout,
        host_key_policy=_OnlyThisKey(extra.host_key or ""),
        skip_instance_cache=True,
    )
    files.ftp.get_channel().settimeout(extra.read_timeout)
    return files, unquote(parts.path)


_FILE_SYSTEMS = {"file": _folder, "s3": _s3, "sftp": _sftp}


@contextmanager
def _told(venue: VenueSettings) -> Iterator[None]:
    """What the libraries throw, in words: whether a person has to change something, or a further try may help."""
    try:
        yield
    except (PermissionError, AuthenticationException, NoCredentialsError) as error:
        raise DeliveryRefused(
            f"{venue.url} từ chối tài khoản trong kết nối {venue.name}, hoặc tài khoản không được ghi ở đó.\n"
            "Việc cần làm: kiểm tra tài khoản, mật khẩu và quyền ghi ở nơi nhận, rồi chạy lại."
        ) from error
    except (OSError, EOFError, SSHException, BotoCoreError, ClientError) as error:
        raise DeliveryFailed(
            f"Chưa giao được tới {venue.url} ({type(error).__name__}); người xem vẫn thấy bản trước.\n"
            "Việc cần làm: kiểm tra máy chủ và đường mạng tới nơi nhận; nhiệm vụ này tự thử lại."
        ) from error

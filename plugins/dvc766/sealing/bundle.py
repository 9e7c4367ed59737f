"""Writes the bundle of a published month: its files, a manifest that names them, a signature, the chain before it.

publications/2026-08/r1/
    rankings.csv  rankings.json  ...  statement.txt   what is published
    chain.jsonl                                       every publication before this one
    manifest.json                                     name, size and SHA-256 of all these, and what they rest on
    manifest.sig                                      the signature over manifest.json
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dvc766.sealing import folders, history, verifier
from dvc766.sealing.refusal import SealRefused
from dvc766.sealing.tables import Table
from dvc766.sealing.verifier import CHAIN, MANIFEST, SIGNATURE, Publication

_FILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}(\.[a-z0-9]{1,8}){1,2}")
"""How a published file may be named: alike on every system, also where case does not count."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What is published of a month, all of it given: nothing is asked of a clock, a database or the environment.

    `texts` are further files by name, `inputs` says what the figures were made of (hash and counts by table),
    `versions` by what (code, reference, catalogue, calendar). Instants are ISO texts with an offset.
    """

    province_code: str
    period: date
    revision: int
    reason_code: str | None
    tables: Sequence[Table]
    texts: Mapping[str, bytes]
    inputs: Mapping[str, object]
    versions: Mapping[str, object]
    data_as_of: str | None
    frozen_at: str
    next_release: date | None

    @property
    def place(self) -> tuple[str, int]:
        """Month and revision, as publications name them."""
        return f"{self.period:%Y-%m}", self.revision


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that stands in its folder."""

    folder: Path
    manifest_sha256: str
    sequence: int

    @property
    def short_hash(self) -> str:
        """What a decision on paper quotes, e.g. `3f2a 90c1 77de 0b45`."""
        return verifier.short_hash(self.manifest_sha256)


def write_bundle(publications: Path, contents: Contents, key: Ed25519PrivateKey) -> Bundle:
    """Seal a revision of a month as the next publication; when it is sealed already, make sure that it is the same.

    Raises SealRefused when a bundle with other contents stands there, when a revision is left out, or when the
    publications so far are not all there and sound. Then nothing has been written.
    """
    files = _files(contents)
    folder = publications.joinpath(contents.place[0], f"r{contents.revision}")
    with folders.one_writer(publications):
        so_far = history.read(publications, verifier.key_of(key.public_key()))
        known = next((link for link in so_far if link.place == contents.place), None)
        before = [link for link in so_far if known is None or link.sequence < known.sequence]
        sealed, made = _sealed(contents, files, before, key)
        if known:
            _require_same(folder, known, sealed, made)
        else:
            _require_next(contents, before)
            folders.place(folder, made)
    return Bundle(folder, sealed.sha256, sealed.sequence)


def _files(contents: Contents) -> dict[str, bytes]:
    """The files that are published, by name."""
    _require_sound(contents)
    files: dict[str, bytes] = {}
    for table in contents.tables:
        files |= {f"{table.name}.csv": table.csv(), f"{table.name}.json": table.json()}
    return {**files, **contents.texts}


def _sealed(
    contents: Contents, files: Mapping[str, bytes], before: Sequence[Publication], key: Ed25519PrivateKey
) -> tuple[Publication, dict[str, bytes]]:
    """The publication that follows those before it, and all files of its bundle."""
    listed = {**files, CHAIN: b"".join(map(verifier.chain_line, before))}
    period, revision = contents.place
    manifest = {
        "data_as_of": contents.data_as_of,
        "files": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            for name, content in listed.items()
        },
        "format": verifier.FORMAT,
        "frozen_at": contents.frozen_at,
        "inputs": _plain(contents.inputs),
        "key_id": verifier.key_of(key.public_key()).key_id,
        "next_release": contents.next_release.isoformat() if contents.next_release else None,
        "parent": before[-1].sha256 if before else None,
        "period": period,
        "province_code": contents.province_code,
        "reason_code": contents.reason_code,
        "revision": revision,
        "sequence": len(before) + 1,
        "versions": _plain(contents.versions),
    }
    raw = verifier.canonical(manifest)
    complaint = verifier.shape_complaint(manifest)
    if complaint or len(raw) > verifier.LARGEST_MANIFEST:
        raise _refused(contents, f"mục {complaint or 'kích thước'} của {MANIFEST} sai dạng")
    signature = base64.b64encode(key.sign(raw))
    sealed = Publication(manifest, hashlib.sha256(raw).hexdigest(), signature.decode())
    return sealed, {**listed, MANIFEST: raw, SIGNATURE: signature + b"\n"}


def _require_sound(contents: Contents) -> None:
    names = [*(f"{table.name}.{kind}" for table in contents.tables for kind in ("csv", "json")), *contents.texts]
    taken = Counter([*names, MANIFEST, SIGNATURE, CHAIN])
    wrong = sorted({name for name in names if taken[name] > 1 or not _FILE.fullmatch(name)})
    if wrong:
        raise _refused(contents, f"tên tệp trùng nhau hoặc sai dạng: {', '.join(wrong)}")
    if contents.period.day != 1:
        raise _refused(contents, f"kỳ {contents.period} không bắt đầu từ ngày 1")
    if (contents.revision > 1) != bool(contents.reason_code):
        raise _refused(contents, "lần chốt thứ 2 trở đi, và chỉ những lần đó, phải có mã lý do đính chính")
    for instant in (contents.frozen_at, contents.data_as_of):
        if instant is not None and not _has_offset(instant):
            raise _refused(contents, f"thời điểm {instant} không có múi giờ")


def _has_offset(instant: str) -> bool:
    try:
        return datetime.fromisoformat(instant).tzinfo is not None
    except ValueError:
        return False


def _require_next(contents: Contents, before: Sequence[Publication]) -> None:
    newest = max((link.place[1] for link in before if link.place[0] == contents.place[0]), default=0)
    if contents.revision != newest + 1:
        raise _refused(contents, f"lần chốt tiếp theo của tháng này phải là {newest + 1}")


def _require_same(folder: Path, known: Publication, sealed: Publication, made: Mapping[str, bytes]) -> None:
    """Raise SealRefused when the bundle in a folder is another than the one that was just made."""
    present = {path.name: path for path in folder.iterdir()}
    names = {name for name in made.keys() | present.keys() if not _is_same(present.get(name), made.get(name))}
    fields = {name for name, value in sealed.manifest.items() if known.manifest[name] != value}
    if names or fields:
        raise SealRefused(
            f"{folder} đã có một gói khác: tệp {', '.join(sorted(names)) or '(giống nhau)'};"
            f" mục {', '.join(sorted(fields)) or '(giống nhau)'}. Gói đã công bố được giữ nguyên.\n"
            "Việc cần làm: kiểm tra gói bằng ./run verify; số liệu đổi thì công bố lần chốt mới, có lý do."
        )


def _is_same(path: Path | None, content: bytes | None) -> bool:
    return path is not None and path.is_file() and not path.is_symlink() and path.read_bytes() == content


def _plain(value: object) -> object:
    """A value of `inputs` or `versions` as JSON has it; floating numbers have no one text, so they are refused."""
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    raise SealRefused(
        f"Mục inputs hoặc versions có giá trị kiểu {type(value).__name__}; chưa công bố gì.\n"
        "Việc cần làm: ghi giá trị này thành chữ hoặc số nguyên."
    )


def _refused(contents: Contents, what: str) -> SealRefused:
    return SealRefused(
        f"Tháng {contents.period:%m/%Y}, lần chốt {contents.revision}: {what}; chưa công bố gì.\n"
        "Việc cần làm: sửa điều nêu trên rồi công bố lại."
    )

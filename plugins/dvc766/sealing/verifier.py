"""Checks a bundle: the folder in which the ranking of one month was published. One file, for anybody to keep.

It needs Python, the package `cryptography` and the public key, and nothing else of this project:

    python verifier.py --key public.pem publications/2026-08/r1 [OTHER_DIR]

OTHER_DIR is a witness: a bundle of the same installation that somebody else has kept. The first and the last line
of the answer name the verdict, and the status is 0 for VALID alone. The rules are in docs/verification.md.
A bundle never brings its own judge: take this file and the key from another place than the bundle.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = 1
MANIFEST, SIGNATURE, CHAIN = "manifest.json", "manifest.sig", "chain.jsonl"
# Of each field of a manifest, what its canonical text looks like; a file's name is plain and leads nowhere else.
_TEXT = r'"[^"\\]*"'
_ENTRY = r'"[a-z0-9][a-z0-9._-]{0,99}":\{"sha256":"[0-9a-f]{64}","size":(0|[1-9][0-9]{0,11})\}'
SHAPES = {
    "data_as_of": f"null|{_TEXT}",
    "files": rf"\{{{_ENTRY}(,{_ENTRY})*\}}",
    "format": f"{FORMAT}",
    "frozen_at": _TEXT,
    "inputs": r"\{.*\}",
    "key_id": r'"[0-9a-f]{16}"',
    "next_release": f"null|{_TEXT}",
    "parent": r'null|"[0-9a-f]{64}"',
    "period": r'"[0-9]{4}-(0[1-9]|1[0-2])"',
    "province_code": _TEXT,
    "reason_code": f"null|{_TEXT}",
    "revision": r"[1-9][0-9]{0,5}",
    "sequence": r"[1-9][0-9]{0,5}",
    "versions": r"\{.*\}",
}
PLACE = r"[0-9]{4}-(0[1-9]|1[0-2])/r[1-9][0-9]{0,5}"
LARGEST_MANIFEST = 1 << 20
LINE_START = b'{"manifest":{"'

VALID, ALTERED, FORKED, TRUNCATED = "VALID", "ALTERED", "FORKED", "TRUNCATED"
COULD_NOT, SUPERSEDED = "COULD NOT VERIFY", "SUPERSEDED"
# The first that applies is the verdict: proven damage, then doubt, then what is sound but no longer in force.
BY_WEIGHT = (ALTERED, FORKED, TRUNCATED, COULD_NOT, SUPERSEDED)
EXPLAINED = {
    VALID: (
        "gói nguyên vẹn, đúng khóa ký, đúng thứ tự công bố; chưa thấy bản đính chính nào mới hơn",
        "đối chiếu mã ngắn ở trên với mã ghi trong văn bản công bố.",
    ),
    ALTERED: (
        "gói đã bị thay đổi so với lúc công bố",
        "không dùng số liệu của gói; giữ nguyên gói làm bằng chứng; lấy lại gói từ nơi công bố và kiểm tra lại.",
    ),
    FORKED: (
        "có hai bản khác nhau của cùng một lần công bố, cả hai đều có chữ ký hợp lệ",
        "giữ nguyên cả hai gói và báo cơ quan công bố: chỉ người giữ khóa ký mới tạo ra được hai bản như vậy.",
    ),
    TRUNCATED: (
        "chuỗi công bố bị cắt bớt",
        "giữ nguyên gói; hỏi cơ quan công bố về những lần công bố bị thiếu nêu ở trên.",
    ),
    COULD_NOT: ("chưa kiểm tra được; không được coi là hợp lệ", "khắc phục điều nêu ở trên rồi kiểm tra lại."),
    SUPERSEDED: ("gói nguyên vẹn nhưng đã có bản đính chính mới hơn", "dùng lần chốt mới nhất nêu ở trên."),
}


class Altered(Exception):
    """A thing is not as it was published."""


class Doubt(Exception):
    """The check itself could not be made."""


class Finding(NamedTuple):
    """One thing that is wrong: the verdict it leads to, and what to tell."""

    word: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """What came out of a check. `word` is VALID only when nothing at all was found."""

    word: str
    findings: tuple[str, ...] = ()
    about: str = ""

    @property
    def is_valid(self) -> bool:
        """True for VALID alone."""
        return self.word == VALID

    def text(self) -> str:
        """The answer as it is printed: verdict, what it is about, what was found, what to do, verdict again."""
        meaning, next_step = EXPLAINED[self.word]
        found = [f"  - {what}" for what in self.findings]
        about = [self.about] if self.about else []
        lines = [f"{self.word}: {meaning}", *about, *found, f"Việc cần làm: {next_step}", self.word]
        return "\n".join(lines).encode(errors="backslashreplace").decode()  # a file's name may be no text


class Publication(NamedTuple):
    """A manifest whose signature fits. Example: the third publication is month 2026-08, revision 1."""

    manifest: dict[str, Any]
    sha256: str
    signature: str

    @property
    def sequence(self) -> int:
        """Its number among all publications of the installation, from 1."""
        return int(self.manifest["sequence"])

    @property
    def place(self) -> tuple[str, int]:
        """Its month and its revision; no two publications have the same."""
        return str(self.manifest["period"]), int(self.manifest["revision"])

    def __str__(self) -> str:
        return (
            f"công bố thứ {self.sequence} (tháng {self.place[0]}, lần chốt {self.place[1]}, {short_hash(self.sha256)})"
        )


class Key(NamedTuple):
    """A public key: its name in manifests, and whether a signature over bytes is its own."""

    key_id: str
    fits: Callable[[bytes, bytes], bool]


def canonical(value: object) -> bytes:
    """The one text of a JSON value: keys sorted, no space, UTF-8 as it is, one newline at the end."""
    return (json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n").encode()


def short_hash(sha256: str) -> str:
    """The first 16 digits in groups of four, to be read aloud: `3f2a 90c1 77de 0b45`."""
    return " ".join(sha256[start : start + 4] for start in range(0, 16, 4))


def chain_line(publication: Publication) -> bytes:
    """The line of a publication in the chains of all later ones."""
    return canonical(publication._asdict())


def verify(directory: Path, key: Path, witness: Path | None = None) -> Verdict:
    """The verdict on a bundle, by the public key in a PEM file, beside a witness if there is one. Never raises."""
    try:
        return _verdict(Path(directory), read_key(Path(key)), Path(witness) if witness else None)
    except Altered as error:
        return Verdict(ALTERED, (str(error),))
    except (Doubt, OSError) as error:
        return Verdict(COULD_NOT, (str(error),))  # an OSError names its file
    except Exception as error:  # whatever else happens must not look like a sound bundle
        return Verdict(COULD_NOT, (f"lỗi ngoài dự kiến khi kiểm tra: {type(error).__name__}: {error}",))


def _verdict(directory: Path, key: Key, witness: Path | None) -> Verdict:
    history, findings = _alone(directory, key)
    own = history[-1]
    siblings, unreadable = _siblings(directory.resolve(), own, key)
    seen, bad = _witness(witness, key) if witness else ([], [])
    findings += [*unreadable, *bad, *_compared(own, history, siblings, seen)]
    word = next((word for word in BY_WEIGHT if any(finding.word == word for finding in findings)), VALID)
    return Verdict(word, tuple(finding.text for finding in sorted(findings, key=_weight)), str(own).capitalize())


def _weight(finding: Finding) -> int:
    return BY_WEIGHT.index(finding.word)


def _compared(
    own: Publication, history: list[Publication], siblings: list[Publication], seen: list[Publication]
) -> Iterator[Finding]:
    """What other publications tell about a bundle: those beside it in its folder, and those a witness has seen."""
    others = [*siblings, *seen]
    forks = [Finding(FORKED, text) for text in _forks([*history, *others])]
    yield from forks
    newer = [other for other in others if other.place[0] == own.place[0] and other.place[1] > own.place[1]]
    if newer:
        yield Finding(SUPERSEDED, f"đã có {max(newer, key=lambda other: other.place)}")
    newest_here = max([own, *siblings], key=lambda other: other.sequence)
    is_lone_copy = not siblings and own.sequence > 1  # somebody kept this bundle alone; its folder claims nothing
    missing = [other for other in seen if other.sequence > newest_here.sequence]
    if missing and not (forks or newer or is_lone_copy):
        yield Finding(TRUNCATED, f"thư mục dừng ở {newest_here}, còn nhân chứng biết đến {missing[-1]}")


def _alone(directory: Path, key: Key) -> tuple[list[Publication], list[Finding]]:
    """A bundle by itself: the publications it proves, its own last, and what is wrong with it."""
    own = signed_in(directory, key)
    chain, findings = _chain(directory, own, key)
    findings = [*_files(directory, own), *findings]
    try:
        require_place(directory.resolve(), own)
    except Altered as error:
        findings.append(Finding(ALTERED, str(error)))
    return [*chain, own], findings


def require_place(folder: Path, publication: Publication) -> None:
    """Altered, when the folder of a publication is named as if it were another."""
    period, revision = publication.place
    if (folder.parent.name, folder.name) != (period, f"r{revision}"):
        raise Altered(f"thư mục tên {folder.parent.name}/{folder.name}, nhưng bên trong là {publication}")


def signed_in(directory: Path, key: Key) -> Publication:
    """The signed manifest of a bundle; Altered or Doubt when there is none that fits the key."""
    if directory.is_symlink() or not directory.is_dir():
        raise Doubt(f"{directory} không phải là một thư mục (hoặc là liên kết): chỉ đúng thư mục gói <YYYY-MM>/r<n>")
    present = {path.name for path in directory.iterdir()}
    if not present & {MANIFEST, SIGNATURE}:
        raise Doubt(f"{directory} không phải là gói công bố (không có {MANIFEST}): chỉ đúng thư mục <YYYY-MM>/r<n>")
    for name in (MANIFEST, SIGNATURE):
        if name not in present:
            raise Altered(f"{name}: bị thiếu")
    signature = _content(directory / SIGNATURE, 1024)
    if not signature.endswith(b"\n"):
        raise Altered(f"{SIGNATURE}: không đúng dạng chữ ký")
    return _signed(_content(directory / MANIFEST, LARGEST_MANIFEST), signature[:-1], key)


def _signed(raw: bytes, signature: bytes, key: Key) -> Publication:
    try:
        decoded = base64.b64decode(signature, validate=True)
    except ValueError:
        decoded = b""
    if base64.b64encode(decoded) != signature or not key.fits(raw, decoded):
        raise Altered(f"{MANIFEST}: chữ ký không khớp với khóa {key.key_id} (nội dung bị sửa, hoặc ký bằng khóa khác)")
    try:
        manifest = parsed(raw)
    except (ValueError, RecursionError):
        raise Altered(f"{MANIFEST}: không ở dạng chuẩn tắc") from None
    _require_known(manifest, key)
    return Publication(manifest, hashlib.sha256(raw).hexdigest(), signature.decode())


def parsed(raw: bytes) -> Any:
    """The value of a canonical JSON text; ValueError for any other text, also one with the same value."""

    def refuse(text: str) -> None:
        raise ValueError(f"{text} is no whole number")

    value = json.loads(raw.decode(), parse_float=refuse, parse_constant=refuse)
    if canonical(value) != raw:
        raise ValueError("another text of the same value, or a key twice")
    return value


def _require_known(manifest: Any, key: Key) -> None:
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if canonical(found) != canonical(FORMAT):
        raise Doubt(f"{MANIFEST}: định dạng {found!r} chưa biết, chỉ biết {FORMAT}: lấy tệp verifier.py mới hơn")
    complaint = shape_complaint(manifest)
    if complaint or manifest["key_id"] != key.key_id:
        raise Doubt(f"{MANIFEST}: đã ký nhưng mục {complaint or 'key_id'} sai: hỏi cơ quan công bố")


def shape_complaint(manifest: dict[str, Any]) -> str:
    """The field of a manifest that is missing, unknown or not as it should be; empty when all are right."""
    for name in sorted(SHAPES.keys() | manifest.keys()):
        text = canonical(manifest[name]).decode()[:-1] if name in manifest else ""
        if not re.fullmatch(SHAPES.get(name, ""), text):
            return name
    is_first = manifest["sequence"] == 1
    return "" if CHAIN in manifest["files"] and is_first == (manifest["parent"] is None) else f"{CHAIN}, parent"


def _content(path: Path, largest: int) -> bytes:
    """The bytes of a plain file; nothing that is larger than it may be is read, and no link is followed."""
    state = path.lstat()
    if not stat.S_ISREG(state.st_mode):
        raise Altered(f"{path.name}: không phải là tệp thường (liên kết hoặc thư mục)")
    if state.st_size > largest:
        raise Altered(f"{path.name}: dài {state.st_size} byte, nhiều nhất phải là {largest}")
    return path.read_bytes()


def _files(directory: Path, own: Publication) -> Iterator[Finding]:
    """The files of a bundle against its manifest. The chain's content is looked at by `_chain`."""
    expected = own.manifest["files"]
    present = {path.name for path in directory.iterdir()} - {MANIFEST, SIGNATURE}
    yield from (Finding(ALTERED, f"{name}: bị thiếu") for name in sorted(expected.keys() - present))
    yield from (Finding(ALTERED, f"{name!r}: không có trong {MANIFEST}") for name in sorted(present - expected.keys()))
    for name in sorted(present & expected.keys() - {CHAIN}):
        try:
            raw = _content(directory / name, expected[name]["size"])
        except Altered as error:
            yield Finding(ALTERED, str(error))
        except OSError as error:
            yield Finding(COULD_NOT, f"{name}: không đọc được ({error.strerror})")
        else:
            if len(raw) != expected[name]["size"] or hashlib.sha256(raw).hexdigest() != expected[name]["sha256"]:
                yield Finding(ALTERED, f"{name}: nội dung khác lúc công bố")


def _chain(directory: Path, own: Publication, key: Key) -> tuple[list[Publication], list[Finding]]:
    """The earlier publications that a bundle carries, and what is wrong with them."""
    entry = own.manifest["files"][CHAIN]
    try:
        raw = _content(directory / CHAIN, entry["size"])
    except FileNotFoundError:
        return [], []  # told as a missing file
    except (Altered, OSError) as error:
        return [], [Finding(ALTERED if isinstance(error, Altered) else COULD_NOT, str(error))]
    *lines, rest = raw.split(b"\n")
    chain: list[Publication] = []
    for number, line in enumerate(lines, 1):
        try:
            chain.append(_link(line + b"\n", key))
        except (Altered, Doubt) as error:
            word = ALTERED if isinstance(error, Altered) else COULD_NOT
            return chain, [Finding(word, f"{CHAIN}, dòng {number}: {error}")]
    is_as_signed = hashlib.sha256(raw).hexdigest() == entry["sha256"]
    if (is_as_signed or len(raw) < entry["size"]) and LINE_START.startswith(rest[: len(LINE_START)]):
        numbers = [link.sequence for link in chain]
        missing = sorted(set(range(1, own.sequence)) - set(numbers))
        if missing and numbers == sorted(set(numbers) & set(range(1, own.sequence))):
            return chain, [Finding(TRUNCATED, f"{CHAIN}: thiếu công bố thứ {', '.join(map(str, missing))}")]
    forks = [Finding(FORKED, f"{CHAIN}: {text}") for text in _forks([*chain, own])] if is_as_signed else []
    if not forks and not (is_as_signed and is_in_order([*chain, own])):
        return chain, [Finding(ALTERED, f"{CHAIN}: không khớp với {own}")]
    return chain, forks


def _link(line: bytes, key: Key) -> Publication:
    try:
        value = parsed(line)
        publication = _signed(canonical(value["manifest"]), str(value["signature"]).encode(), key)
    except (ValueError, RecursionError, TypeError, KeyError):
        raise Altered("không đúng dạng") from None
    if chain_line(publication) != line:
        raise Altered("không khớp với nội dung đã ký")
    return publication


def is_in_order(history: Sequence[Publication]) -> bool:
    """Whether these are all publications from the first on, each bound to all before it."""
    before, parent, revisions = hashlib.sha256(), None, dict[str, int]()
    for number, link in enumerate(history, 1):
        period, revision = link.place
        is_bound = link.manifest["parent"] == parent
        is_bound = is_bound and link.manifest["files"][CHAIN]["sha256"] == before.hexdigest()
        if link.sequence != number or revision != revisions.get(period, 0) + 1 or not is_bound:
            return False
        before.update(chain_line(link))
        parent, revisions[period] = link.sha256, revision
    return True


def _forks(publications: Iterable[Publication]) -> Iterator[str]:
    """Where two signed manifests exclude each other: both have one number, or both are one revision of a month."""
    at: dict[object, Publication] = {}
    for link in publications:
        for place in (link.sequence, link.place):
            if at.setdefault(place, link).sha256 != link.sha256:
                yield f"{at[place]} và {link} không thể cùng đúng"
                return


def _siblings(directory: Path, own: Publication, key: Key) -> tuple[list[Publication], list[Finding]]:
    """The other publications in the folder of a bundle, and those that the newest of them proves."""
    found: dict[Path, Publication] = {}
    findings = []
    for folder in bundle_folders(directory.parent.parent):
        if folder == directory:
            continue
        try:
            found[folder] = signed_in(folder, key)
            require_place(folder, found[folder])
        except (Altered, Doubt, OSError) as error:
            if folder.parent == directory.parent:  # it may be a correction of this very month
                findings.append(Finding(COULD_NOT, f"gói bên cạnh, {folder.name}: {error}"))
    newest = max(found, key=lambda folder: found[folder].sequence, default=directory)
    if newest == directory or found[newest].sequence < own.sequence:
        return list(found.values()), findings
    chain, broken = _chain(newest, found[newest], key)
    return [*found.values(), *([] if broken else chain)], findings


def bundle_folders(publications: Path) -> list[Path]:
    """The folders below `publications` that are named as bundles are: `<YYYY-MM>/r<n>`."""
    return sorted(
        folder for folder in publications.glob("*/r*") if re.fullmatch(PLACE, f"{folder.parent.name}/{folder.name}")
    )


def _witness(directory: Path, key: Key) -> tuple[list[Publication], list[Finding]]:
    """The publications that a witness proves; a witness that is not sound itself proves nothing."""
    try:
        history, findings = _alone(directory, key)
    except (Altered, Doubt, OSError) as error:
        history, findings = [], [Finding(COULD_NOT, str(error))]
    if findings:
        return [], [Finding(COULD_NOT, f"gói nhân chứng {directory} không dùng được: {findings[0].text}")]
    return history, []


def read_key(path: Path) -> Key:
    """The public key of a PEM file; Doubt when there is none, or no library to use it."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError:
        raise Doubt("thiếu thư viện cryptography: cài bằng `python -m pip install cryptography`") from None
    try:
        public = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise Doubt(f"không đọc được khóa công khai {path} ({error.strerror}): chỉ đúng tệp bằng --key") from None
    except (ValueError, UnsupportedAlgorithm):
        public = None
    if not isinstance(public, Ed25519PublicKey):
        raise Doubt(f"{path} không phải là khóa công khai Ed25519 dạng PEM: lấy lại tệp khóa từ cơ quan công bố")
    return key_of(public)


def key_of(public: Any) -> Key:
    """An Ed25519 public key as it is used here. Its name is the start of the SHA-256 of its DER form."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    def fits(raw: bytes, signature: bytes) -> bool:
        try:
            public.verify(signature, raw)
        except InvalidSignature:
            return False
        return True

    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Key(hashlib.sha256(der).hexdigest()[:16], fits)


def main() -> int:
    """Check as the command line asks; 0 for VALID alone."""
    options = argparse.ArgumentParser(description="Checks a bundle of a published month.")
    options.add_argument("directory", type=Path, metavar="DIR", help="the bundle: .../<YYYY-MM>/r<revision>")
    options.add_argument("witness", type=Path, nargs="?", metavar="OTHER_DIR", help="a bundle kept elsewhere")
    options.add_argument("--key", type=Path, required=True, metavar="FILE", help="the public key (PEM)")
    asked = options.parse_args()
    if hasattr(sys.stdout, "reconfigure"):  # a console of another code page shows the letters, or an escape
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    verdict = verify(asked.directory, asked.key, asked.witness)
    print(verdict.text())
    return 0 if verdict.is_valid else 1


if __name__ == "__main__":
    sys.exit(main())

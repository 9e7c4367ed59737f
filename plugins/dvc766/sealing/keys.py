"""The pair of keys of an installation: the private one signs and stays here, the public one is given to everybody.

Both are PEM files of Ed25519: PKCS8 without a passphrase, readable by its owner alone, and SubjectPublicKeyInfo.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dvc766.failures import NeedsAPerson
from dvc766.sealing.verifier import key_of


class KeyUnusable(NeedsAPerson):
    """A key file cannot be made or used; the message names the file and the next step."""


def create_key_pair(private: Path, public: Path) -> Ed25519PrivateKey:
    """Make a new pair and write both files; never over a file that is there."""
    for path in (private, public):
        if path.exists() or path.is_symlink():
            raise KeyUnusable(
                f"Đã có tệp khóa {path}; không tạo khóa mới, vì các gói đã công bố chỉ khớp với khóa cũ.\n"
                "Việc cần làm: dùng lại cặp khóa cũ; thiếu một trong hai tệp thì lấy từ bản sao lưu."
            )
    key = Ed25519PrivateKey.generate()
    try:
        _write(private, key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()), 0o600)
        _write(public, _public_pem(key), 0o644)
    except OSError as error:
        raise KeyUnusable(
            f"Không ghi được tệp khóa {error.filename} ({error.strerror}).\n"
            "Việc cần làm: cấp quyền ghi cho thư mục này, xóa tệp khóa ghi dở nếu có, rồi chạy lại."
        ) from None
    return key


def load_private_key(path: Path) -> Ed25519PrivateKey:
    """The key that signs; refused when others than its owner may read the file."""
    raw = _read(path)
    if path.stat().st_mode & 0o077:
        raise KeyUnusable(
            f"Người khác đọc được khóa ký {path}.\nViệc cần làm: chmod 600 {path}; nếu đã có người đọc, báo lộ khóa."
        )
    try:
        key = form.load_pem_private_key(raw, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(
            f"{path} không phải là khóa ký Ed25519 dạng PEM không mật khẩu.\nViệc cần làm: lấy lại tệp từ bản sao lưu."
        )
    return key


def load_public_key(path: Path) -> Ed25519PublicKey:
    """The key by which anybody verifies."""
    try:
        key = form.load_pem_public_key(_read(path))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnusable(
            f"{path} không phải là khóa công khai Ed25519 dạng PEM.\nViệc cần làm: lấy lại tệp từ cơ quan công bố."
        )
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """The name of a public key in manifests."""
    return key_of(key).key_id


def _public_pem(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyUnusable(
            f"Không đọc được tệp khóa {path} ({error.strerror}).\nViệc cần làm: đặt đúng tệp khóa vào đường dẫn này."
        ) from None


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def own_key(private: Path, public: Path) -> Ed25519PrivateKey:
    """The key that signs publications, made at the first one.

    When one of the two files is lost, no new pair is made: the bundles that are out were signed with the old one.
    """
    if private.exists():
        return load_private_key(private)
    private.parent.mkdir(parents=True, exist_ok=True)
    return create_key_pair(private, public)

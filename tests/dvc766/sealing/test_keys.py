"""The pair of keys: made once, kept private, and refused with a next step when it cannot be used."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dvc766.sealing import KeyUnusable, create_key_pair, key_id, load_private_key, load_public_key


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Where the pair goes; the folder is not there yet."""
    return tmp_path / "signing" / "private.pem", tmp_path / "signing" / "public.pem"


def test_a_pair_is_written_and_read_again(files: tuple[Path, Path]) -> None:
    made = create_key_pair(*files)
    private, public = load_private_key(files[0]), load_public_key(files[1])
    public.verify(private.sign(b"x"), b"x")
    assert key_id(public) == key_id(made.public_key())
    assert files[0].stat().st_mode & 0o777 == 0o600
    assert files[0].parent.stat().st_mode & 0o077 == 0
    assert files[0].read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert files[1].read_bytes().startswith(b"-----BEGIN PUBLIC KEY-----\n")


@pytest.mark.parametrize("there", [0, 1])
def test_no_key_is_written_over(files: tuple[Path, Path], there: int) -> None:
    files[there].parent.mkdir()
    files[there].write_text("x")
    with pytest.raises(KeyUnusable, match=rf"{files[there].name}[\s\S]*Việc cần làm:"):
        create_key_pair(*files)
    assert files[there].read_text() == "x" and not files[1 - there].exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyUnusable, match=r"file[\s\S]*Việc cần làm:"):
        create_key_pair(tmp_path / "file" / "private.pem", tmp_path / "public.pem")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_private_key_that_others_can_read_is_refused(files: tuple[Path, Path], mode: int) -> None:
    create_key_pair(*files)
    files[0].chmod(mode)
    with pytest.raises(KeyUnusable, match=r"chmod 600"):
        load_private_key(files[0])


def pem(key: Ed25519PrivateKey | rsa.RSAPrivateKey, encryption: form.KeySerializationEncryption) -> bytes:
    return key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, encryption)


UNUSABLE = {
    "nothing": b"",
    "junk": b"\0\xffjunk",
    "half": b"-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\n",
    "with a passphrase": pem(Ed25519PrivateKey.generate(), form.BestAvailableEncryption(b"x")),
    "RSA": pem(rsa.generate_private_key(65537, 2048), form.NoEncryption()),
}


@pytest.mark.parametrize("content", UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize("load", [load_private_key, load_public_key])
def test_what_is_no_key_is_named(content: bytes, load: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "some.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyUnusable, match=r"some\.pem[\s\S]*Việc cần làm:"):
        load(path)


@pytest.mark.parametrize("load", [load_private_key, load_public_key])
@pytest.mark.parametrize("name", ["missing.pem", "."])
def test_a_key_that_is_not_there_is_named(load: Callable[[Path], object], name: str, tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match=r"Không đọc được tệp khóa[\s\S]*Việc cần làm:"):
        load(tmp_path / name)


def test_the_name_of_a_key_is_what_anybody_can_compute(files: tuple[Path, Path]) -> None:
    key = create_key_pair(*files).public_key()
    der = files[1].with_suffix(".der")
    der.write_bytes(key.public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo))
    done = subprocess.run(["sha256sum", str(der)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(key_id(key))

"""The passwords and keys of this installation: made once, kept in a file that only this user can read."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dvc766 import sealing
from dvc766.settings import ROLES
from local_stack.paths import PRIVATE_KEY, PUBLIC_KEY, local


@dataclass(frozen=True, slots=True)
class Secrets:
    """All of them; the repr shows none."""

    values: dict[str, str]

    def __repr__(self) -> str:
        return "Secrets(...)"

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    @property
    def roles(self) -> dict[str, str]:
        """The password of each login role of the warehouse."""
        return {role: self.values[f"role_{role}"] for role in ROLES}


@cache
def load() -> Secrets:
    """The installation's secrets, those that are missing made now."""
    path = local("secrets.json")
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    names = [
        *(f"role_{role}" for role in ROLES),
        *("airflow_database", "airflow_admin", "jwt", "session", "backup"),
        *("superset_database", "superset_secret", "bi_admin", "bi_viewer", "bi_operator"),
    ]
    missing = {name: secrets.token_urlsafe(18) for name in names if name not in known}
    if "fernet" not in known:
        missing["fernet"] = base64.urlsafe_b64encode(os.urandom(32)).decode()
    if missing:
        path.touch(mode=0o600)
        path.write_text(json.dumps(known | missing, indent=1))
    return Secrets(known | missing)


def signing_key() -> Ed25519PrivateKey:
    """The key that signs publications. It stays in its file: neither the database nor a task's environment holds it."""
    return sealing.own_key(PRIVATE_KEY, PUBLIC_KEY)

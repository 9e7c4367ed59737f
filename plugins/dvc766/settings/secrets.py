"""The three secrets of Airflow: there, strong enough, and no two alike."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping

from dvc766.settings.refusals import SettingsError, refuse_placeholder

FERNET = "AIRFLOW__CORE__FERNET_KEY"
SIGNING = ("AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__API__SECRET_KEY")
FERNET_BYTES = 32
LEAST_LETTERS, LEAST_DIFFERENT = 20, 8


def require_sound_secrets(environ: Mapping[str, str] | None = None) -> None:
    """SettingsError, which never shows a secret, for the first that is missing, a placeholder, weak or used twice."""
    given = os.environ if environ is None else environ
    used: dict[str, str] = {}
    for name in (FERNET, *SIGNING):
        secret = given.get(name, "").strip()
        refuse_placeholder(name, secret)
        if not secret:
            raise SettingsError(f"{name} is not set.\nNext: see .env.example.")
        if name == FERNET and not _is_fernet(secret):
            raise SettingsError(f"{name} is no Fernet key.\nNext: make one by the line above it in .env.example.")
        if len(secret) < LEAST_LETTERS or len(set(secret)) < LEAST_DIFFERENT:
            raise SettingsError(f"{name} can be guessed.\nNext: make one by the line at the head of .env.example.")
        if secret in used:
            raise SettingsError(f"{name} is the same as {used[secret]}.\nNext: give each a secret of its own.")
        used[secret] = name


def _is_fernet(secret: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(secret)) == FERNET_BYTES
    except (binascii.Error, ValueError):
        return False

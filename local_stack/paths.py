"""Where the one-machine installation keeps its things, all below the checkout's `.local/`."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCAL = ROOT / ".local"
DAGS = ROOT / "dags"
PLUGINS = ROOT / "plugins"
DBT_PROJECT = ROOT / "dbt_project"
PRIVATE_KEY = LOCAL / "signing" / "private.pem"
PUBLIC_KEY = LOCAL / "signing" / "public.pem"


def local(*parts: str) -> Path:
    """A path below `.local/`, its folder made for this user alone when missing."""
    LOCAL.mkdir(mode=0o755, exist_ok=True)
    path = LOCAL.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path

"""Gives Superset the Vietnamese that it lacks: what a reader of dashboards meets, from vi.po."""

from __future__ import annotations

import json
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

CATALOGUE = Path(__file__).parent / "vi.po"


def install() -> None:
    """Write the catalogue where Superset looks for languages: one for its server, one for its pages."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="vi", domain="messages")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    words = {"": {"domain": "superset", "plural_forms": "nplurals=1; plural=0;", "lang": "vi"}}
    said = {_key(message.id): _texts(message.string) for message in catalogue if message.id and message.string}
    pack = {"domain": "superset", "locale_data": {"superset": words | said}}
    wanted = {"messages.mo": compiled.getvalue(), "messages.json": json.dumps(pack, ensure_ascii=False).encode()}
    folder = _superset() / "translations" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in wanted.items():
        if not (folder / name).exists() or (folder / name).read_bytes() != content:  # an image may be read-only
            (folder / name).write_bytes(content)


def _superset() -> Path:
    """Where Superset is installed; importing it would ask for its settings."""
    spec = find_spec("superset")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("Superset is not installed here.\nNext: ./run bi installs it.")
    return Path(spec.origin).parent


def _key(said: str | tuple[str, ...]) -> str:
    return said if isinstance(said, str) else said[0]


def _texts(said: str | tuple[str, ...]) -> list[str]:
    return [said] if isinstance(said, str) else list(said)

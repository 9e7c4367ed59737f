"""Gives Superset the Vietnamese that it lacks: what a reader of dashboards meets, from vi.po."""

from __future__ import annotations

import json
from pathlib import Path

CATALOGUE = Path(__file__).parent / "vi.po"


def install() -> None:
    """Write the catalogue where Superset looks for languages: one for its server, one for its pages."""
    import superset
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="vi", domain="messages")
    folder = Path(superset.__file__).parent / "translations" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "messages.mo").open("wb") as compiled:
        write_mo(compiled, catalogue)
    words = {"": {"domain": "superset", "plural_forms": "nplurals=1; plural=0;", "lang": "vi"}}
    said = {_key(message.id): _texts(message.string) for message in catalogue if message.id and message.string}
    pack = {"domain": "superset", "locale_data": {"superset": words | said}}
    (folder / "messages.json").write_text(json.dumps(pack, ensure_ascii=False), encoding="utf-8")


def _key(said: str | tuple[str, ...]) -> str:
    return said if isinstance(said, str) else said[0]


def _texts(said: str | tuple[str, ...]) -> list[str]:
    return [said] if isinstance(said, str) else list(said)

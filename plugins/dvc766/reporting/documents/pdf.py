"""Lays texts out as tagged PDF by typst: PDF/UA-1, no date of making, fonts that do not depend on the machine.

Asked for is Times New Roman. System fonts are not looked at, for the same publication must give the same bytes on every
machine: an installation that wants Times puts its font files into `templates/fonts`; without them typst's own serif
(Libertinus) stands in, which has all Vietnamese letters. A letter that no font has (a bullet pasted from Word, say) is
printed as □: PDF/UA refuses it, and a month's report must not fail for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).parent.parent / "templates"
FONTS = TEMPLATES / "fonts"
MISSING = "□"
_LACKS = re.compile(r'the text `"(.+)"` could not be displayed')
_BY_NUMBER = re.compile(r"\\u\{([0-9a-f]+)\}")


class Press:
    """One typst template, compiled for one data set after another."""

    def __init__(self, template: str) -> None:
        self._compiler = typst.Compiler(
            str(TEMPLATES / template),
            root=str(TEMPLATES),
            font_paths=[str(FONTS)] if FONTS.is_dir() else [],
            ignore_system_fonts=True,
        )

    def print(self, data: Mapping[str, Any]) -> bytes:
        """The PDF of a data set; the template reads it as JSON."""
        texts = json.dumps(data, ensure_ascii=False, sort_keys=True)
        while True:
            try:
                made = self._compiler.compile(format="pdf", sys_inputs={"data": texts}, pdf_standards=["ua-1"])
            except typst.TypstError as error:
                readable = _without_lacking(texts, str(error))
                if readable == texts:
                    raise
                texts = readable
            else:
                assert isinstance(made, bytes)  # noqa: S101 - one file, not a page each
                return made


def _without_lacking(texts: str, error: str) -> str:
    """The JSON texts without the letters that an error says no font has; unchanged when it says something else."""
    for said in _LACKS.findall(error):
        letter = _BY_NUMBER.sub(lambda number: chr(int(number[1], 16)), said)  # with its marks, if it has any
        texts = texts.replace(json.dumps(letter, ensure_ascii=False)[1:-1], MISSING)
    return texts

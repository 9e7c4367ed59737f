"""Lays texts out as tagged PDF by typst: PDF/UA-1, no date of making, fonts that do not depend on the machine.

Asked for is Times New Roman. System fonts are not looked at, for the same publication must give the same bytes on every
machine: an installation that wants Times puts its font files into `templates/fonts`; without them typst's own serif
(Libertinus) stands in, which has all Vietnamese letters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).parent.parent / "templates"
FONTS = TEMPLATES / "fonts"
STANDARD = "ua-1"


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
        made = self._compiler.compile(
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
            pdf_standards=[STANDARD],
        )
        assert isinstance(made, bytes)  # noqa: S101 - one file, not a page each
        return made

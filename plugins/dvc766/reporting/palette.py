"""How grades look: a mark and a word beside every colour, so that nobody needs the colour.

Text on chips has a contrast of at least 6.6 : 1, the solid colour at least 4.5 : 1 against white (WCAG 2.2 AA asks for
4.5 and 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """How one grade is drawn; colours are #RRGGBB."""

    background: str
    text: str
    mark: str
    solid: str


GRADES: Mapping[str, Look] = {
    "excellent": Look("#DCEBF7", "#12436D", "★", "#0B3C66"),
    "good": Look("#E2F1F3", "#14596A", "●", "#2073BC"),
    "fair": Look("#EFEFEF", "#3D3D3D", "◐", "#767676"),
    "average": Look("#FDE9DC", "#8A3B06", "▲", "#B45309"),
    "weak": Look("#F7DFEA", "#801650", "▼", "#801650"),
}
PLAIN = Look("#FFFFFF", "#3D3D3D", "○", "#767676")
"""For a grade that is not in the palette: its word says what it is."""

INK = "#1F2933"
BAR = "#2073BC"
MUTED = "#595959"


def look(grade_code: str | None) -> Look:
    """The look of a grade."""
    return GRADES.get(grade_code or "", PLAIN)

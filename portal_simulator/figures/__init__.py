"""A province whose records count up to published figures."""

from portal_simulator.figures.file import FiguresUnusable
from portal_simulator.figures.province import build

__all__ = ["FiguresUnusable", "build"]

"""The seeded life of the province in 2025."""

from portal_simulator.life.province import FIRST, build

__all__ = ["FIRST", "build"]

"""The seeded life of the province in 2025."""

from portal_simulator.life.province import build

__all__ = ["build"]

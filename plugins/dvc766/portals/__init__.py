"""The registry of portals, in the order in which they are read."""

from dvc766.portals.contract import Portal
from dvc766.portals.national_fields import NATIONAL
from dvc766.portals.provincial_fields import PROVINCIAL

PORTALS: tuple[Portal, ...] = (NATIONAL, PROVINCIAL)

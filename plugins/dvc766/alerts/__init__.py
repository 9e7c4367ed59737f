"""Somebody is told: what is wrong now, each thing once, in words for people, by the channels there are.

The modules `readings`, `builds`, `doors`, `months`, `dated` and `machine` ask; `finding` has the round in which they
ask, `kinds` the kinds there are and their runbooks. `digest` puts into words what a channel owes, `channels` sends
it, `telling` does one round, and `deadman` does the same outside Airflow. The register is warehouse/alerts.py's.
"""

from dvc766.alerts.kinds import KINDS, URGENT, Kind
from dvc766.alerts.telling import NobodyTold, Told, tell_people

__all__ = ["KINDS", "URGENT", "Kind", "NobodyTold", "Told", "tell_people"]

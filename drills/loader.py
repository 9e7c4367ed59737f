"""`python -m drills.loader PORTAL AS_OF`: one whole reading, by the environment's settings, to be killed at will."""

from __future__ import annotations

import sys
from datetime import datetime

from dvc766 import runs
from dvc766.settings import from_env

if __name__ == "__main__":
    runs.read_portal(from_env(), sys.argv[1], as_of=datetime.fromisoformat(sys.argv[2]))

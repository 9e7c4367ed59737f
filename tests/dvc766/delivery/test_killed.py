"""A deliverer that is killed at any step leaves readers with one whole revision, and the next one finishes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from dvc766.delivery import deliver, opened
from tests.dvc766.delivery import killed, places
from tests.dvc766.delivery.places import ROOT, Place, what_readers_see
from tests.dvc766.delivery.samples import release

POINTS = 5
SEED = 766


@pytest.mark.parametrize("place", ["folder", "interface"], indirect=True)
def test_whenever_the_deliverer_is_killed_readers_see_one_whole_revision(place: Place) -> None:
    steps = _steps(place, 1, killed_at=None)
    assert what_readers_see(place) == {"2025-07": 1}
    for revision, point in enumerate(random.Random(SEED).sample(range(1, steps + 1), POINTS), start=2):
        is_let_on = revision % 2 == 0  # killed somewhere in the step, else right before it
        assert _steps(place, revision, killed_at=point, is_let_on=is_let_on) == point
        seen = what_readers_see(place)
        assert seen == {"2025-07": revision - 1} or (seen == {"2025-07": revision} and is_let_on)
        with opened(place.venue) as store:
            # a request that was on its way when its sender died may have arrived whole
            assert deliver(release(revision, size=killed.LARGE), store) or is_let_on
        assert what_readers_see(place) == {"2025-07": revision}


def test_a_pointer_moved_before_the_files_would_be_seen(tmp_path: Path) -> None:
    """The reader of these tests is one who can tell."""
    place = places.folder(tmp_path)
    with opened(place.venue) as store:
        deliver(release(), store)
    assert place.spoil
    place.spoil("latest.json", (place.read("latest.json") or b"").replace(b"r1", b"r2"))
    with pytest.raises(AssertionError):
        what_readers_see(place)
    (tmp_path / "2025-07" / "r1" / "public" / "rankings.csv").write_bytes(b"half")
    place.spoil("latest.json", (place.read("latest.json") or b"").replace(b"r2", b"r1"))
    with pytest.raises(AssertionError):
        what_readers_see(place)


def _steps(place: Place, revision: int, *, killed_at: int | None, is_let_on: bool = False) -> int:
    """Deliver in a process of its own; the steps it took, or came to when it was killed before or in that step."""
    venue = place.venue
    extra = {key: value for key, value in vars(venue.extra).items() if key in ("token_url", "allow_http") and value}
    connection = json.dumps({"host": venue.url, "login": venue.login, "password": venue.password, "extra": extra})
    environment = dict(os.environ) | {"PYTHONPATH": os.pathsep.join((str(ROOT / "plugins"), str(ROOT)))}
    with subprocess.Popen(
        [sys.executable, killed.__file__, connection, str(revision)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        step = 0
        while (line := process.stdout.readline().strip()) != "done":
            assert line, f"the deliverer failed after step {step}"
            step = int(line)
            if step != killed_at or is_let_on:
                process.stdin.write("\n")
                process.stdin.flush()
            if step == killed_at:
                process.kill()
                process.wait()
                return step
        return step

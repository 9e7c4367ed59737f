"""Delivers a release and stops before each step that others could see, until it is let on. Run as a program.

    python killed.py CONNECTION REVISION

A step is a line of output with its number; a line of input lets the step happen. A step is what leaves the process:
a file opened for writing or renamed in the place, or a piece of a request.
"""

from __future__ import annotations

import http.client
import json
import sys
from typing import Any
from urllib.parse import unquote, urlsplit

from dvc766.delivery import deliver, opened
from dvc766.settings import VenueSettings
from tests.dvc766.delivery.samples import release

PIECE = 30_000  # bytes of a request that are sent at once
LARGE = 40_000  # bytes of a file: more than one piece


class Steps:
    """Numbers the steps, and waits before each."""

    def __init__(self) -> None:
        self.number = 0

    def wait(self) -> None:
        """Say the step and wait for a line."""
        self.number += 1
        print(self.number, flush=True)
        sys.stdin.readline()


def main(connection: str, revision: str) -> None:
    """Deliver; the last line of output is `done`."""
    venue = VenueSettings.from_connection("venue_of_a_test", json.loads(connection))
    steps = Steps()
    with opened(venue) as store:  # everything is imported
        if venue.scheme == "file":
            sys.addaudithook(_before_files(steps, unquote(urlsplit(venue.url).path)))
        else:
            _before_requests(steps)
        deliver(release(int(revision), size=LARGE), store)
    print("done", flush=True)


def _before_files(steps: Steps, root: str) -> Any:
    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        is_written = event == "open" and isinstance(arguments[1], str) and arguments[1][:1] in "wxa"
        if is_written and str(arguments[0]).endswith("/latest.json"):
            raise AssertionError("readers would see half of latest.json")
        if (is_written or event == "os.rename") and str(arguments[0]).startswith(root):
            steps.wait()

    return hook


def _before_requests(steps: Steps) -> None:
    send = http.client.HTTPConnection.send

    def in_pieces(self: http.client.HTTPConnection, data: Any) -> None:
        for start in range(0, len(data), PIECE):
            steps.wait()
            send(self, data[start : start + PIECE])

    http.client.HTTPConnection.send = in_pieces  # type: ignore[method-assign]


if __name__ == "__main__":
    main(*sys.argv[1:])

"""`python -m local_stack COMMAND`: what `./run` hands over to. A failure is a message, not a traceback."""

from __future__ import annotations

import importlib
import signal
import sys
from types import FrameType

import psycopg
import requests
import sqlalchemy.exc

from local_stack.commands import COMMANDS, LATER, listing

OUTSIDE = (psycopg.Error, sqlalchemy.exc.SQLAlchemyError, requests.RequestException, OSError)
OWN = ("backup", "bi", "dvc766", "local_stack", "portal_simulator", "drills")
MODULES = {"up": "services", "down": "services", "restore": "backup"} | dict.fromkeys(
    ("test", "lint", "bench", "sbom"), "checks"
)


def main() -> int:
    """Run one command; its status."""
    if len(sys.argv) < 2:
        print(listing())
        return 0
    name, arguments = sys.argv[1], sys.argv[2:]
    if name in LATER:
        print(f"./run {name} is not available yet.\nNext: ./run lists what is.", file=sys.stderr)
        return 2
    if name not in COMMANDS:
        print(f"There is no command {name!r}.\nNext: ./run lists the commands.", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    module = importlib.import_module(f"local_stack.{MODULES.get(name, name)}")
    try:
        return int(getattr(module, name)(arguments))
    except KeyboardInterrupt:
        print("\nInterrupted; nothing is left running.", file=sys.stderr)
        return 130
    except Exception as error:
        if not _is_expected(error):
            raise
        print(f"\n./run {name} failed: {error}", file=sys.stderr)
        if not any(word in str(error) for word in ("Next:", "Việc cần làm:")):
            print("Next: read the logs in .local/logs, then run the command again.", file=sys.stderr)
        return 1


def _is_expected(error: Exception) -> bool:
    """True for what can happen in a sound program: our own errors, and those of files, network, database."""
    return isinstance(error, OUTSIDE) or type(error).__module__.partition(".")[0] in OWN


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())

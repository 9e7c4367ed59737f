"""`./run watch`: the dead-man check over the embedded server, which it never starts."""

from __future__ import annotations

from dvc766.alerts import deadman
from local_stack.warehouse_in_use import embedded_in_use


def watch(arguments: list[str]) -> int:
    """Ask whether everything is in time, tell people, and end with the status of the check."""
    return deadman.main(arguments, embedded_in_use().environment())

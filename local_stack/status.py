"""`./run status`: is last night complete, and what waits for somebody?"""

from __future__ import annotations

from dvc766 import runs
from local_stack.arguments import parser
from local_stack.warehouse_in_use import settings_in_use


def status(arguments: list[str]) -> int:
    """Print the answer in Vietnamese, then what is open; 0 when the night of today is complete, else 1."""
    parser("status").parse_args(arguments)
    with settings_in_use() as settings:
        found = runs.status(settings)
    print("\n".join(found.lines()))
    return 0 if found.is_complete else 1

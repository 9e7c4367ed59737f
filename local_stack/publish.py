"""`./run publish`: freeze a month by hand, in the warehouse that was used last."""

from __future__ import annotations

from dvc766 import runs
from dvc766.settings import from_env
from local_stack import installation
from local_stack.arguments import parser
from local_stack.installation import say


def publish(arguments: list[str]) -> int:
    """Freeze the period if it is open and complete; what is frozen already stays as it is."""
    options = parser("publish")
    options.add_argument("--period", required=True, type=runs.month_of, metavar="YYYY-MM", help="the month to freeze")
    month = options.parse_args(arguments).period
    own = installation.embedded(installation.database_in_use())
    server_ran = own.cluster.is_running()
    own.cluster.start()
    try:
        own.ensure_warehouse()
        frozen = runs.freeze(from_env(own.environment()), month)
    finally:
        if not server_ran:
            own.cluster.stop()
    say(f"{month:%m/%Y}: revision {frozen.revision}, frozen at {frozen.frozen_at:%Y-%m-%d %H:%M:%S %z}")
    print(f"{month:%Y-%m} revision {frozen.revision}")
    return 0

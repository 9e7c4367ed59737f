"""`./run publish`: freeze a month by hand, or correct a frozen one, in the warehouse that was used last."""

from __future__ import annotations

from dvc766 import runs
from dvc766.settings import from_env
from local_stack import installation
from local_stack.arguments import parser
from local_stack.installation import say


def publish(arguments: list[str]) -> int:
    """Freeze the period if it is open and complete; of a frozen one make the next revision, if records changed.

    Without a reason a frozen month stays as it is: the status is 1, and the message says what would change.
    """
    options = parser("publish")
    options.add_argument("--period", required=True, type=runs.month_of, metavar="YYYY-MM", help="the month to freeze")
    options.add_argument("--reason", metavar="CODE", help="why a frozen month is corrected, e.g. late_data")
    options.add_argument("--note", default="", metavar="TEXT", help="on what grounds")
    options.add_argument("--by", default="", metavar="NAME", help="who asks for the correction")
    options.add_argument("--approved-by", default="", metavar="NAME", help="who agrees to it; another person")
    asked = options.parse_args(arguments)
    month = asked.period
    correction = runs.Correction(asked.reason, asked.note, asked.by, asked.approved_by) if asked.reason else None
    own = installation.embedded(installation.database_in_use())
    server_ran = own.cluster.is_running()
    own.cluster.start()
    try:
        own.ensure_warehouse()
        settings = from_env(own.environment())
        if runs.is_frozen(settings, month):
            frozen = runs.correct(settings, month, correction)
        else:
            frozen = runs.freeze(settings, month)
    finally:
        if not server_ran:
            own.cluster.stop()
    say(f"{month:%m/%Y}: revision {frozen.revision}, frozen at {frozen.frozen_at:%Y-%m-%d %H:%M:%S %z}")
    print(f"{month:%Y-%m} revision {frozen.revision}")
    return 0

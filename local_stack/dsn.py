"""`./run dsn`: the libpq URL of the warehouse, and nothing else on stdout."""

from __future__ import annotations

from dvc766.settings import ROLES
from local_stack import installation
from local_stack.arguments import parser
from local_stack.installation import say


def dsn(arguments: list[str]) -> int:
    """Start the embedded server if it is down and print the URL for a role."""
    options = parser("dsn")
    options.add_argument("--role", choices=ROLES, default="bi_reader")
    options.add_argument("--golden", action="store_true", help="the warehouse of the last golden run")
    chosen = options.parse_args(arguments)
    warehouse = installation.embedded(installation.GOLDEN if chosen.golden else installation.database_in_use())
    warehouse.cluster.start()
    if chosen.golden and not warehouse.cluster.has_database(warehouse.database):
        say("There has been no golden run yet.\nNext: ./run golden --figures FILE --period YYYY-MM.")
        return 1
    warehouse.ensure_warehouse()
    print(warehouse.url(chosen.role))
    return 0

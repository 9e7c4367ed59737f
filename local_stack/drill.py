"""`./run drill NAME`: hands over to one of the long drills."""

from __future__ import annotations

import argparse
import importlib

from local_stack.arguments import parser

DRILLS = {
    "approvals": "approvals",
    "captures": "captures",
    "dashboards": "dashboards",
    "explained": "explained",
    "first-load": "loads_compared",
    "fortnight": "fortnight",
    "interrupts": "interrupts",
    "pages": "pages",
    "people": "people",
    "pictures": "pictures",
    "readers": "readers",
    "remade": "remade",
    "restore": "restore",
    "runbooks": "runbooks",
    "swaps": "swaps",
    "upgrade": "upgrade",
}  # modules of drills/


def drill(arguments: list[str]) -> int:
    """Run one drill; 1 when something that it promises did not hold."""
    options = parser("drill")
    options.add_argument("name", choices=list(DRILLS))
    options.add_argument("arguments", nargs=argparse.REMAINDER, help="the drill's own")
    chosen = options.parse_args(arguments)
    return int(importlib.import_module(f"drills.{DRILLS[chosen.name]}").main(chosen.arguments))

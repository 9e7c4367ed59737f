"""`./run report`: what people read of a frozen month, as folders, without delivering it."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from dvc766 import runs
from dvc766.reporting.editions import Edition
from dvc766.settings import Settings, from_env
from local_stack.arguments import parser
from local_stack.installation import say
from local_stack.warehouse_in_use import warehouse_in_use

PAGE_TO_OPEN = Path("site", "index.html")  # where there is a site


def report(arguments: list[str]) -> int:
    """Make both editions, or the one asked for, of a frozen month's newest revision, or the one asked for.

    The lines of output are the folders. FreezeRefused when there is no such revision.
    """
    options = parser("report")
    options.add_argument("--period", required=True, type=runs.month_of, metavar="YYYY-MM", help="a frozen month")
    options.add_argument("--revision", type=_number, metavar="N", help="the newest one without it")
    options.add_argument("--edition", choices=[edition.value for edition in Edition], help="both without it")
    asked = options.parse_args(arguments)
    editions = [Edition(asked.edition)] if asked.edition else list(Edition)
    with warehouse_in_use() as own:
        settings = from_env(own.environment())
        revision = asked.revision or runs.newest_revision(settings, asked.period)
        made = [runs.make_edition(settings, asked.period, revision, edition, say) for edition in editions]
    for kept in made:
        tell(kept)
        print(kept.folder)
    return 0


def keep(settings: Settings, month: date, revision: int) -> None:
    """Both editions of a sealed revision, made unless they are kept already; says where they are."""
    for edition in Edition:
        tell(runs.kept_edition(settings, month, revision, edition, say))


def tell(kept: runs.KeptEdition) -> None:
    """Say where an edition is, and which page to open."""
    page = kept.folder / PAGE_TO_OPEN
    say(
        f"{kept.edition.name_vi} {kept.month:%m/%Y} r{kept.revision}: {len(kept.files)} files in {kept.folder}"
        + (f"\n  open {page}" if page.exists() else "")
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of a revision")
    return int(text)

"""`./run publish`: freeze a month by hand, or correct a frozen one, and publish it: approved, sealed, in a folder."""

from __future__ import annotations

import getpass
from datetime import date
from pathlib import Path

from dvc766 import runs
from dvc766.settings import Settings, from_env
from local_stack import report, secret_store
from local_stack.arguments import parser
from local_stack.installation import Installation, say
from local_stack.services import publications
from local_stack.warehouse_in_use import warehouse_in_use


def publish(arguments: list[str]) -> int:
    """Freeze the period if it is open and complete; of a frozen one make the next revision, if records changed.

    Without a reason a frozen month stays as it is: the status is 1, and the message says what would change. What is
    frozen is then approved by whoever calls, unless the checklist has an error, sealed, and laid out for readers; the
    last line is the bundle's folder.
    """
    options = parser("publish")
    options.add_argument("--period", required=True, type=runs.month_of, metavar="YYYY-MM", help="the month to publish")
    options.add_argument("--reason", metavar="CODE", help="why a frozen month is corrected, e.g. late_data")
    options.add_argument("--note", default="", metavar="TEXT", help="on what grounds")
    options.add_argument("--by", default="", metavar="NAME", help="who asks for the correction")
    options.add_argument(
        "--approved-by", default="", metavar="NAME", help="who approves; of a correction another person"
    )
    options.add_argument("--answer", default="", metavar="TEXT", help="why it is published with warnings open")
    asked = options.parse_args(arguments)
    correction = runs.Correction(asked.reason, asked.note, asked.by, asked.approved_by) if asked.reason else None
    with warehouse_in_use() as own:
        settings = from_env(own.environment())
        frozen = final(settings, asked.period, correction)
        say(f"{asked.period:%m/%Y}: revision {frozen.revision}, frozen at {frozen.frozen_at:%Y-%m-%d %H:%M:%S %z}")
        bundle = sealed(own, settings, asked.period, by=asked.approved_by, answer=asked.answer)
        report.keep(settings, asked.period, frozen.revision)
    print(bundle)
    return 0


def final(settings: Settings, month: date, correction: runs.Correction | None = None) -> runs.Revision:
    """The month's revision, frozen or corrected now where it was not."""
    if runs.is_frozen(settings, month):
        return runs.correct(settings, month, correction)
    return runs.freeze(settings, month)


def sealed(own: Installation, settings: Settings, month: date, *, by: str = "", answer: str = "") -> Path:
    """Approve the newest revision of a frozen month and seal it; the folder of its bundle, new or known."""
    revision, items = runs.checklist(settings, month)
    for item in items:
        say(f"{item.severity}: {item.text_vi}")
    if not runs.is_approved(settings, month, revision.revision):
        runs.approve(settings, month, by=by or getpass.getuser(), channel="command", answer=answer)
    publication = runs.seal(settings, month, revision.revision, publications(own), secret_store.signing_key())
    return Path(publication.folder)

"""What one task does, in plain Python: the only package that composes portals, warehouse and quality.

A reading is `start_reading`, `write` for some resources at a time, `audit_landing`, `promote`; a ranking is
`start_ranking`, `transform`, `audit_ranking`, `swap_marts`. Each step takes the run's
number, may be done again without changing anything twice, and raises an error whose text says what to
do. `read_portal` and `rank` do all the steps of one run. An ended month becomes final by `freeze`;
`watch_frozen_months` tells what would be another figure in it today, and `correct` makes that its next revision.
Before it is published, `checklist` says what is open, a person `approve`s it, and `seal` writes the signed bundle.
`make_edition` lays a revision out for readers, and `deliver_to` brings sealed ones to a venue.
`write_weekly_note` says how the running month stands.
"""

from dvc766.runs.acceptance import accept_blocked
from dvc766.runs.approval import (
    APPROVE,
    LATER,
    REJECT,
    ApprovalOverdue,
    NotApproved,
    Question,
    answered,
    approve,
    is_approved,
    question,
    reject,
)
from dvc766.runs.checklist import Item, NotReleasable, checklist, require_releasable
from dvc766.runs.days import is_night_first, portals_to_wait_for, tell_missing
from dvc766.runs.delivering import NothingSealed, deliver_to, undelivered
from dvc766.runs.editions import KeptEdition, kept_edition, make_edition
from dvc766.runs.freezing import freeze, freeze_all, is_frozen, months_due, newest_revision
from dvc766.runs.life import close_dead_runs, closing_on_failure, fail, message_of
from dvc766.runs.oversight import Status, quarantined, status
from dvc766.runs.parts import end_of_part, rest_from
from dvc766.runs.publishing import seal, seal_all
from dvc766.runs.ranking import (
    NothingRead,
    audit_ranking,
    rank,
    start_ranking,
    swap_marts,
    transform,
)
from dvc766.runs.reading import audit_landing, portal_of, promote, read_portal, start_reading, write
from dvc766.runs.report_texts import ReportTextRefused, write_report_texts
from dvc766.runs.restating import (
    CorrectionRefused,
    MonthChanged,
    as_known_at,
    correct,
    watch_frozen_months,
)
from dvc766.runs.retention import clean_up
from dvc766.runs.watch import (
    DataIsOld,
    MonthIncomplete,
    MonthRefused,
    check_freshness,
    check_month_is_complete,
    month_of,
)
from dvc766.runs.weekly_note import write_weekly_note
from dvc766.warehouse.publications import Publication
from dvc766.warehouse.published import Correction, FreezeRefused, Revision
from dvc766.warehouse.run_life import Driver
from dvc766.warehouse.sessions import WarehouseBusy

__all__ = [
    "APPROVE",
    "LATER",
    "REJECT",
    "ApprovalOverdue",
    "Correction",
    "CorrectionRefused",
    "DataIsOld",
    "Driver",
    "FreezeRefused",
    "Item",
    "KeptEdition",
    "MonthChanged",
    "MonthIncomplete",
    "MonthRefused",
    "NotApproved",
    "NotReleasable",
    "NothingRead",
    "NothingSealed",
    "Publication",
    "Question",
    "ReportTextRefused",
    "Revision",
    "Status",
    "WarehouseBusy",
    "accept_blocked",
    "answered",
    "approve",
    "as_known_at",
    "audit_landing",
    "audit_ranking",
    "check_freshness",
    "check_month_is_complete",
    "checklist",
    "clean_up",
    "close_dead_runs",
    "closing_on_failure",
    "correct",
    "deliver_to",
    "end_of_part",
    "fail",
    "freeze",
    "freeze_all",
    "is_approved",
    "is_frozen",
    "is_night_first",
    "kept_edition",
    "make_edition",
    "message_of",
    "month_of",
    "months_due",
    "newest_revision",
    "portal_of",
    "portals_to_wait_for",
    "promote",
    "quarantined",
    "question",
    "rank",
    "read_portal",
    "reject",
    "require_releasable",
    "rest_from",
    "seal",
    "seal_all",
    "start_ranking",
    "start_reading",
    "status",
    "swap_marts",
    "tell_missing",
    "transform",
    "undelivered",
    "watch_frozen_months",
    "write",
    "write_report_texts",
    "write_weekly_note",
]

"""Who lets a frozen month go out: the question, the checklist that goes with it, and what the answer means.

asked    07/2025 r1, two warnings        ──► Duyệt (with a written answer)   approved, may be sealed
                                         ──► Không duyệt                     rejected, asked again on demand
                                         ──► Để sau, or no answer today      asked again tomorrow, until the limit
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dvc766 import reference
from dvc766.clock import LOCAL_ZONE, business_now
from dvc766.failures import NeedsAPerson
from dvc766.runs.checklist import Item, as_rows, checklist, require_releasable
from dvc766.runs.deadlines import approval_days
from dvc766.runs.life import engine_of_role
from dvc766.settings import Settings
from dvc766.warehouse import publications, published
from dvc766.warehouse.publications import Channel, Decision
from dvc766.warehouse.published import Revision

APPROVE, REJECT, LATER = "Duyệt", "Không duyệt", "Để sau"
UNATTENDED = "unattended_publication"  # of rules.csv
BY_RULE = "rules.csv: unattended_publication"

_LOG = logging.getLogger(__name__)


class NotApproved(NeedsAPerson):
    """A revision was not approved, or not by whom it must be; the message says what is missing."""


class ApprovalOverdue(NeedsAPerson):
    """Nobody has decided on a frozen month within the limit."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked: may this revision be published?"""

    period_month: date
    revision: int
    asked_at: datetime
    text_vi: str


def question(settings: Settings, month: date | None = None) -> Question | None:
    """The question to be put now; None when there is nothing to decide.

    Without a month it is the newest frozen one, unless somebody has decided on its newest revision. Where the rule
    for unattended publication is in force and nothing is open, the revision is approved here. Raises NotReleasable
    while an error is open.
    """
    asked = month or _undecided(settings)
    if asked is None:
        return None
    revision, items = checklist(settings, asked)
    require_releasable(asked, items)
    if not items and _rule(settings, UNATTENDED, revision.last_on) == "true":
        approve(settings, asked, by=BY_RULE, channel="unattended")
        return None
    now = business_now(settings.clock_url)
    return Question(asked, revision.revision, now, _text_vi(revision, items))


def answered(settings: Settings, asked: Question, choice: str, *, by: str, answer: str) -> str:
    """Keep what a person chose, and return it; with `LATER` nothing is kept.

    Raises NotApproved as `approve` does, and when there is another revision or list by now; ApprovalOverdue when
    `LATER` was chosen after the limit.
    """
    if choice == APPROVE:
        _require_as_asked(settings, asked)
        approve(settings, asked.period_month, by=by, channel="airflow", asked_at=asked.asked_at, answer=answer)
    elif choice == REJECT:
        reject(settings, asked.period_month, by=by, channel="airflow", answer=answer)
    else:
        _require_in_time(settings, asked)
    return choice


def approve(
    settings: Settings, month: date, *, by: str, channel: Channel, asked_at: datetime | None = None, answer: str = ""
) -> Revision:
    """Keep that somebody approved the newest revision of a frozen month, with the checklist as it stands now.

    Raises NotReleasable while an error is open, and NotApproved when a warning has no written answer or when the one
    who approves a correction also asked for it.
    """
    revision, items = checklist(settings, month)
    require_releasable(month, items)
    if items and not answer.strip():
        named = "\n".join(f"- {item.text_vi}" for item in items)
        raise NotApproved(
            f"Tháng {month:%m/%Y} có {len(items)} điểm cần trả lời bằng văn bản trước khi duyệt:\n{named}\n"
            "Việc cần làm: duyệt lại, ghi rõ vì sao vẫn công bố được."
        )
    with engine_of_role(settings, "publisher") as engine:
        author = published.author_of(engine, month, revision.revision)
        if author and _same(author, by):
            raise NotApproved(
                f"Lần đính chính {revision.revision} của tháng {month:%m/%Y} do {author} đề nghị; người duyệt phải là"
                " người khác.\nViệc cần làm: người thứ hai duyệt."
            )
        publications.record_decision(
            engine,
            Decision(
                *(month, revision.revision, "approved", by, asked_at or business_now(settings.clock_url), channel),
                *(as_rows(items), answer.strip()),
            ),
        )
    _LOG.info("%s duyệt công bố tháng %s (lần chốt %d).", by, f"{month:%m/%Y}", revision.revision)
    return revision


def reject(settings: Settings, month: date, *, by: str, channel: Channel, answer: str = "") -> None:
    """Keep that somebody refused to publish the newest revision of a frozen month."""
    revision, items = checklist(settings, month)
    decision = Decision(
        *(month, revision.revision, "rejected", by, business_now(settings.clock_url), channel),
        *(as_rows(items), answer.strip()),
    )
    with engine_of_role(settings, "publisher") as engine:
        publications.record_decision(engine, decision)
    _LOG.warning("%s không duyệt công bố tháng %s (lần chốt %d).", by, f"{month:%m/%Y}", revision.revision)


def is_approved(settings: Settings, month: date, revision: int) -> bool:
    """Whether the newest decision on a revision approved it."""
    with engine_of_role(settings, "publisher") as engine:
        return publications.approval_of(engine, month, revision) is not None


def _undecided(settings: Settings) -> date | None:
    with engine_of_role(settings, "publisher") as engine:
        months = published.frozen_months(engine)
        newest = published.newest_revision(engine, months[-1]) if months else None
        if newest is None or publications.is_decided(engine, newest.period_month, newest.revision):
            return None
        return newest.period_month


def _text_vi(revision: Revision, items: Sequence[Item]) -> str:
    """The question as it is read in Airflow (Markdown)."""
    frozen = revision.frozen_at.astimezone(LOCAL_ZONE)
    lines = [
        f"Tháng **{revision.period_month:%m/%Y}**, lần chốt **{revision.revision}**, chốt lúc {frozen:%H:%M %d/%m/%Y}.",
        "",
    ]
    if items:
        lines += ["Các điểm còn mở; muốn duyệt phải ghi lý do vào ô trả lời:", ""]
        lines += [f"- {item.text_vi}" for item in items]
    else:
        lines.append("Danh mục kiểm tra không còn điểm nào.")
    return "\n".join(lines)


def _require_as_asked(settings: Settings, asked: Question) -> None:
    """What is approved is what the person saw."""
    revision, items = checklist(settings, asked.period_month)
    if (revision.revision, _text_vi(revision, items)) != (asked.revision, asked.text_vi):
        raise NotApproved(
            f"Tháng {asked.period_month:%m/%Y} đã có lần chốt hoặc danh mục kiểm tra khác so với lúc hỏi.\n"
            "Việc cần làm: chạy lại approve_month để hỏi theo danh mục mới."
        )


def _require_in_time(settings: Settings, asked: Question) -> None:
    with engine_of_role(settings, "publisher") as engine:
        frozen_at: datetime = published.details(engine, asked.period_month, asked.revision)["frozen_at"]
    days = approval_days(settings, asked.period_month)
    if business_now(settings.clock_url) > frozen_at + timedelta(days=days):
        raise ApprovalOverdue(
            f"Tháng {asked.period_month:%m/%Y} (lần chốt {asked.revision}) chốt từ"
            f" {frozen_at.astimezone(LOCAL_ZONE):%d/%m/%Y}, quá {days} ngày chưa ai duyệt công bố.\n"
            "Việc cần làm: người duyệt mở nhiệm vụ approve của lượt mới nhất, chọn Duyệt hoặc Không duyệt."
        )
    _LOG.warning("Tháng %s chưa được duyệt công bố; sẽ hỏi lại ở lượt sau.", f"{asked.period_month:%m/%Y}")


def _rule(settings: Settings, code: str, on: date) -> str:
    return reference.rule_on(settings.dbt_project / "seeds" / "rules.csv", code, on, str)


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()

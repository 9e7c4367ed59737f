"""A round from its questions to people: ask, register, and send each channel what it owes."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dvc766.alerts import builds, dated, doors, machine, months, readings
from dvc766.alerts.channels import LOG, Channel, ChannelDown, channels_of
from dvc766.alerts.digest import digest
from dvc766.alerts.finding import Question, Round, answers, round_of
from dvc766.alerts.kinds import URGENT
from dvc766.settings import Settings
from dvc766.warehouse import alerts as register
from dvc766.warehouse.alerts import Alert

_LOG = logging.getLogger(__name__)

_CHANNELS = Question.of("các kênh báo tin", machine.channels, "channel_down")
QUESTIONS = (
    Question.of(
        *("việc đọc các cổng", readings.late_readings, "reading_missing", "reading_failed", "portal_late"),
        *("connection_lost", "batch_blocked", "deletions_waiting"),
    ),
    Question.of("dữ liệu mới của các cổng", readings.nothing_new, "nothing_new"),
    Question.of(
        *("việc tính bảng xếp hạng", builds.late_builds),
        *("build_missing", "build_failed", "ranking_blocked", "ranking_old"),
    ),
    Question.of("các lượt đang mở", builds.open_runs, "run_open"),
    Question.of("các lượt chốt và đối chiếu", builds.failed_runs, "run_failed", "watch_missing"),
    Question.of("cảnh báo của các bước kiểm tra", doors.warnings, "door_warning"),
    Question.of("khu cách ly", doors.quarantine, "unknown_code", "quarantine_growing"),
    Question.of("việc chốt tháng", months.freezes, "freeze_at_risk", "freeze_overdue"),
    Question.of("việc duyệt công bố", months.approvals, "approval_overdue", "seal_missing"),
    Question.of("việc phát hành", months.deliveries, "delivery_failed", "publication_overdue"),
    Question.of("các tháng đã chốt", months.restatements, "restatement"),
    Question.of("lịch nghỉ", dated.calendar, "calendar_ending"),
    Question.of("các quy định có ngày hiệu lực", dated.rules, "rule_ending"),
    Question.of("sổ lỗi của nguồn", dated.source_errors, "source_error"),
    Question.of("chỗ trống của đĩa", machine.disks, "disk_low"),
    Question.of("các bản sao lưu", machine.backups, "backup_old"),
)


class NobodyTold(RuntimeError):
    """No channel took the message. What it had to say stays owed, and the next try tells it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a round found, and what became of each channel: `sent`, `nothing new`, or why it is down."""

    found: Sequence[Alert]
    channels: Mapping[str, str]

    @property
    def urgent(self) -> Sequence[Alert]:
        """What must not wait."""
        return [alert for alert in self.found if alert.kind in URGENT]


def tell_people(
    settings: Settings,
    *,
    further: Sequence[Question] = (),
    now: datetime | None = None,
    wall: datetime | None = None,
) -> Told:
    """Ask everything, keep the answers in the register, and send what is new, over, or due for a reminder.

    A channel that is down is told by the others in the same round. Raises NobodyTold when every channel that had
    something to tell is down.
    """
    with round_of(settings, now=now, wall=wall) as here:
        answered = answers(here, (*QUESTIONS, *further))
        register.register(here.extractor, answered.found, answered.asked, here.wall)
        outcomes = _send(here, channels_of(settings.alerts), answered.found)
        down = answers(here, (_CHANNELS,))
        register.register(here.extractor, down.found, _CHANNELS.kinds, here.wall)
        alive = [channel for channel in channels_of(settings.alerts) if outcomes[channel.name] in (_SENT, _NOTHING)]
        found = (*answered.found, *down.found)
        outcomes |= {name: how for name, how in _send(here, alive, found).items() if how != _NOTHING}
    if LOG in outcomes:
        _LOG.warning(
            "Chưa khai báo kênh báo tin nào: tin chỉ nằm trong nhật ký này.\n"
            "Việc cần làm: đặt DVC766_ALERT_MAIL_URL hoặc DVC766_ALERT_WEBHOOK_URL theo .env.example."
        )
    if not alive:
        told = "\n".join(f"- {name}: {how}" for name, how in outcomes.items())
        raise NobodyTold(
            f"Không kênh báo tin nào gửi được:\n{told}\nViệc cần làm: xem docs/runbooks/kenh-bao-tin.md; tin chưa gửi"
            " được giữ lại và tự gửi ở lượt sau."
        )
    return Told(found, outcomes)


_SENT, _NOTHING = "sent", "nothing new"


def _send(here: Round, channels: Collection[Channel], found: Sequence[Alert]) -> dict[str, str]:
    """What became of each channel; a message and the note that it was sent stand or fall together but for a death."""
    current = {alert.key: alert for alert in found}
    remind_after = timedelta(hours=here.settings.alerts.reminder_hours)
    outcomes = {}
    for channel in channels:
        with register.turn(here.extractor) as connection:
            owed = register.owed(connection, channel.name)
            if not owed.is_due(here.wall, URGENT, remind_after):
                outcomes[channel.name] = _NOTHING
                continue
            message = digest(owed, current, here.wall, here.settings.alerts)
            try:
                channel.send(message)
                failure = None
            except ChannelDown as error:
                failure = str(error)
                _LOG.error("%s: %s", channel.name, failure)
            register.note_message(connection, channel.name, message.subject_vi, owed, here.wall, failure)
            outcomes[channel.name] = failure or _SENT
    return outcomes

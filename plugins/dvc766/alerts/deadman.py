"""The dead-man check: the same round outside Airflow, for cron or systemd.

    python -m dvc766.alerts.deadman

Status 0: the ranking, last night's data, the month and the backups are in time. 1: something urgent is not.
2: it could not be asked, or nobody could be told. What it finds is printed, and told by the channels as usual.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime

from dvc766.alerts import builds
from dvc766.alerts.channels import ChannelDown, channels_of
from dvc766.alerts.digest import digest
from dvc766.alerts.finding import UNREACHABLE, Question
from dvc766.alerts.kinds import KINDS
from dvc766.alerts.telling import NobodyTold, tell_people
from dvc766.clock import LOCAL_ZONE, ClockUnavailable
from dvc766.failures import NeedsAPerson
from dvc766.settings import Settings, SettingsError, from_env
from dvc766.warehouse.alerts import KeptAlert, Owed
from dvc766.warehouse.sessions import WarehouseBusy

IN_TIME, LATE, UNASKED = 0, 1, 2
_FURTHER = (Question.of("lần chạy đầu tiên", builds.nothing_begun, "nothing_begun"),)


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Ask once, print what is found, and tell it; the status says how it stands."""
    options = argparse.ArgumentParser(
        prog="python -m dvc766.alerts.deadman", description="is everything in time, and was it told?"
    )
    options.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        settings = from_env(environ)
    except SettingsError as error:
        print(error)
        return UNASKED
    return check(settings)


def check(settings: Settings, *, now: datetime | None = None) -> int:
    """One round; see the module's own words for the status."""
    try:
        told = tell_people(settings, further=_FURTHER, now=now, wall=now)
    except (*UNREACHABLE, ClockUnavailable) as error:
        return _cannot_ask(settings, error)
    except (NobodyTold, WarehouseBusy, NeedsAPerson) as error:
        print(error)
        return UNASKED
    for alert in told.found:
        print(f"- {KINDS[alert.kind].name_vi}: {alert.what_vi}\n  Việc cần làm: {alert.todo_vi}")
    if not told.urgent:
        print("Bảng xếp hạng, dữ liệu đêm qua, tháng và bản sao lưu đều đúng hạn.")
    return LATE if told.urgent else IN_TIME


def _cannot_ask(settings: Settings, error: Exception) -> int:
    """Without the register nothing is known of earlier messages: this one is sent at each call."""
    at = datetime.now(LOCAL_ZONE)
    asked = "Đồng hồ nghiệp vụ" if isinstance(error, ClockUnavailable) else "Kho dữ liệu"
    alert = KeptAlert(
        key="warehouse_unreachable/warehouse",
        kind="warehouse_unreachable",
        what_vi=f"{asked} không trả lời ({type(error).__name__}) lúc {at:%H:%M %d/%m/%Y}.",
        means_vi="Không lượt nào đọc, tính hay hiển thị được; không biết được gì khác.",
        todo_vi="Xem máy chủ PostgreSQL có chạy không, đĩa còn chỗ không; khởi động lại.",
        since=at,
    )
    print(f"{alert.what_vi}\nViệc cần làm: {alert.todo_vi}")
    message = digest(Owed([alert], [], []), {}, at, settings.alerts)
    for channel in channels_of(settings.alerts):
        try:
            channel.send(message)
        except ChannelDown as down:
            print(f"{channel.name}: {down}")
    return UNASKED


if __name__ == "__main__":
    sys.exit(main())

"""What the pipeline stands on: disks, backups, and the channels by which people are told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from dvc766.alerts.channels import names_of
from dvc766.alerts.finding import Round, local
from dvc766.warehouse.alerts import Alert, channels_down

_NAMES_VI = {"mail": "thư điện tử", "webhook": "webhook"}
_BACKUPS = """
select max(finished_at) filter (where succeeded) as good_at, max(finished_at) as tried_at from ops.backups
"""


def disks(here: Round) -> Iterator[Alert]:
    """Disks with little free space, of the folders that this installation knows."""
    settings = here.settings
    for folder in _one_of_each_disk((settings.state, settings.editions, *settings.alerts.folders)):
        usage = shutil.disk_usage(folder)
        free = 100 * usage.free / usage.total
        if free < settings.alerts.free_percent:
            yield Alert(
                key=f"disk_low/{folder}",
                kind="disk_low",
                what_vi=f"Đĩa chứa {folder} chỉ còn trống {free:.1f} % ({usage.free / 2**30:.1f} GiB), ngưỡng"
                f" {settings.alerts.free_percent} %.",
                means_vi="Đĩa đầy thì kho dữ liệu dừng nhận và lượt chạy thất bại; dữ liệu đã nạp không mất.",
                todo_vi="Dọn nhật ký và tệp tạm, hoặc mở rộng đĩa.",
                since=here.now,
            )


def backups(here: Round) -> Iterator[Alert]:
    """The newest good backup is old. Where no backup was ever noted there is nothing to ask: none is configured."""
    [row] = here.rows(_BACKUPS)
    if row["tried_at"] is None:
        return
    hours = here.settings.alerts.backup_hours
    if row["good_at"] is None or here.wall - row["good_at"] > timedelta(hours=hours):
        good = (
            "chưa có bản nào thành công" if row["good_at"] is None else f"bản tốt gần nhất lúc {local(row['good_at'])}"
        )
        failed = row["good_at"] is None or row["tried_at"] > row["good_at"]
        yield Alert(
            key="backup_old/warehouse",
            kind="backup_old",
            what_vi=f"Sao lưu kho dữ liệu: {good}, quá {hours} giờ"
            + (f"; lần thử lúc {local(row['tried_at'])} không thành công." if failed else "."),
            means_vi="Hỏng máy lúc này thì mất mọi thay đổi sau bản sao lưu đó.",
            todo_vi="Xem nhật ký của lệnh sao lưu và chỗ trống ở nơi lưu; chạy lại sao lưu.",
            since=row["good_at"] or row["tried_at"],
        )


def channels(here: Round) -> Iterator[Alert]:
    """Channels whose last message could not be sent: told by the other one, and tried again."""
    configured = names_of(here.settings.alerts)
    for name, why, since in channels_down(here.extractor):
        if name in configured:
            yield Alert(
                key=f"channel_down/{name}",
                kind="channel_down",
                what_vi=f"Kênh báo tin {_NAMES_VI.get(name, name)} không gửi được: {why}",
                means_vi="Người chỉ nhận tin qua kênh này chưa biết các việc đang mở.",
                todo_vi="Kiểm tra máy chủ và tài khoản của kênh. Tin chưa gửi được giữ lại, lượt sau tự gửi.",
                since=since,
            )


def _one_of_each_disk(folders: tuple[Path, ...]) -> Iterator[Path]:
    seen = set()
    for folder in folders:
        there = next((path for path in (folder.absolute(), *folder.absolute().parents) if path.exists()), None)
        if there and (disk := there.stat().st_dev) not in seen:
            seen.add(disk)
            yield there

"""The kinds of things that people are told, each with its runbook.

An urgent one is told again while it lasts, and makes the dead-man check fail; any other is told once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of alert: its name for people, and the page of docs/runbooks that says what to do."""

    code: str
    name_vi: str
    runbook: str
    is_urgent: bool = True


_ALL = (
    Kind("reading_missing", "Đêm qua chưa đọc cổng", "lich-khong-chay.md"),
    Kind("reading_failed", "Đọc cổng không thành công", "cong-khong-tra-loi.md"),
    Kind("portal_late", "Dữ liệu của cổng đã cũ", "cong-khong-tra-loi.md"),
    Kind("connection_lost", "Mất kết nối đã khai báo", "cong-khong-tra-loi.md"),
    Kind("nothing_new", "Cổng trả lại dữ liệu cũ", "cong-tra-du-lieu-cu.md"),
    Kind("batch_blocked", "Lô dữ liệu bị chặn", "lo-bi-chan.md"),
    Kind("deletions_waiting", "Bản ghi mất trên cổng, chờ người quyết định", "lo-bi-chan.md"),
    Kind("door_warning", "Cảnh báo khi kiểm tra dữ liệu", "canh-bao-du-lieu.md", is_urgent=False),
    Kind("unknown_code", "Mã lạ", "ma-la.md", is_urgent=False),
    Kind("quarantine_growing", "Nhiều bản ghi bị cách ly", "ma-la.md"),
    Kind("build_missing", "Hôm nay chưa tính bảng xếp hạng", "lich-khong-chay.md"),
    Kind("build_failed", "Tính bảng xếp hạng không thành công", "lich-khong-chay.md"),
    Kind("ranking_blocked", "Bảng xếp hạng bị chặn", "lo-bi-chan.md"),
    Kind("ranking_old", "Bảng xếp hạng đang hiển thị đã cũ", "lich-khong-chay.md"),
    Kind("run_open", "Lượt chạy mở quá lâu", "lich-khong-chay.md"),
    Kind("run_failed", "Lượt chạy không thành công", "lich-khong-chay.md"),
    Kind("freeze_at_risk", "Sắp đến hạn chốt mà chưa đủ dữ liệu", "chot-thang.md"),
    Kind("freeze_overdue", "Quá hạn chốt tháng", "chot-thang.md"),
    Kind("approval_overdue", "Quá hạn duyệt công bố", "duyet-cong-bo.md"),
    Kind("seal_missing", "Đã duyệt mà chưa đóng dấu", "duyet-cong-bo.md"),
    Kind("publication_overdue", "Đã đóng dấu mà chưa phát hành", "phat-hanh.md"),
    Kind("delivery_failed", "Giao bản công bố không thành công", "phat-hanh.md"),
    Kind("restatement", "Tháng đã chốt, nay tính lại thì đổi hạng", "dinh-chinh.md", is_urgent=False),
    Kind("watch_missing", "Các tháng đã chốt không được đối chiếu", "lich-khong-chay.md"),
    Kind("source_error", "Lỗi đã ghi của nguồn cần đóng", "loi-cua-nguon.md"),
    Kind("calendar_ending", "Lịch nghỉ sắp hết", "lich-nghi-va-quy-dinh.md", is_urgent=False),
    Kind("rule_ending", "Quy định sắp hết hiệu lực", "lich-nghi-va-quy-dinh.md", is_urgent=False),
    Kind("disk_low", "Đĩa sắp đầy", "dia-sap-day.md"),
    Kind("backup_old", "Bản sao lưu đã cũ", "sao-luu.md"),
    Kind("channel_down", "Kênh báo tin bị hỏng", "kenh-bao-tin.md"),
    Kind("question_failed", "Không kiểm tra được", "kenh-bao-tin.md"),
    Kind("nothing_begun", "Hệ thống chưa chạy lần nào", "lich-khong-chay.md"),
    Kind("warehouse_unreachable", "Kho dữ liệu không trả lời", "kho-khong-tra-loi.md"),
)

KINDS: Mapping[str, Kind] = {kind.code: kind for kind in _ALL}
URGENT = frozenset(kind.code for kind in _ALL if kind.is_urgent)

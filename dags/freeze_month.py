"""When its cut-off has passed, a month becomes final."""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Hết ngày làm việc thứ 10 của tháng sau (dòng `freeze_after_working_days` của rules.csv), chốt số liệu của
tháng: bảng xếp hạng, phiếu điểm và từng hồ sơ làm căn cứ được chép vào lược đồ `published`, không ai sửa được nữa.
Dữ liệu đến sau không làm thay đổi tháng đã chốt.

**Chạy lại an toàn?** Có. Tháng đã chốt được giữ nguyên.

**Chạy lại thế nào.** Bấm Trigger; `period` = `YYYY-MM` để chốt riêng một tháng. Nếu báo thiếu dữ liệu: đọc bù, chạy
build_warehouse_daily, rồi chạy lại.

**Báo ai.** Tổ vận hành và người duyệt bảng xếp hạng; xem docs/runbooks/chot-thang.md.
"""


@dag(
    dag_id="freeze_month",
    dag_display_name="Chốt số liệu tháng",
    schedule=bridge.daily_at("08:00"),  # after the morning's build and the check of freshness
    doc_md=DOC,
    params={"period": bridge.PERIOD_TO_FREEZE},
    **bridge.dag_settings(bridge.Tag.MARTS, bridge.Tag.TIER_1, limit=timedelta(hours=1), makes_up=False),
)
def freeze() -> None:
    bridge.freeze_months()


freeze()

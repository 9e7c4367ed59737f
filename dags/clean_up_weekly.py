"""Once a week what is kept for a number of days only is thrown away, and counted."""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Xóa những gì đã hết số ngày giữ (biến `DVC766_KEEP_…_DAYS`): lô cũ ở vùng nhận, dòng cách ly đã giải
quyết, kết quả đối chiếu cũ, tháng tính lại riêng, tệp nhật ký, lịch sử của Airflow. Bản ghi ở `raw`, tháng đã chốt và
căn cứ của nó không bao giờ bị xóa. Số lượng đã xóa được ghi vào `ops.removals`.

**Chạy lại an toàn?** Có. Chỉ xóa thêm những gì vừa hết hạn.

**Chạy lại thế nào.** Bấm Trigger; `dry_run` = `true` để chỉ đếm.

**Báo ai.** Tổ vận hành; xem docs/runbooks: dem-qua.md.
"""


@dag(
    dag_id="clean_up_weekly",
    dag_display_name="Dọn dữ liệu hết hạn giữ hằng tuần",
    schedule=bridge.weekly_at("sun", "14:00"),  # nobody works, and the sweep of the morning is under way or over
    doc_md=DOC,
    params={"dry_run": bridge.DRY_RUN},
    **bridge.dag_settings(bridge.Tag.WATCH, bridge.Tag.TIER_2, limit=timedelta(hours=1), makes_up=False),
)
def clean() -> None:
    bridge.clean_up()


clean()

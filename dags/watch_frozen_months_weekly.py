"""Once a week the frozen months are made again aside: what has come late, and what would it change?"""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Tính lại 12 tháng đã chốt gần nhất từ dữ liệu biết đến hôm nay, tách riêng, và so với số
đã chốt. Chỗ khác nhau được ghi vào `ops.restatements` (số liệu) và `ops.restated_records` (hồ sơ), hiện trong
`marts.data_findings` sau lượt tính kế tiếp. Số liệu đã chốt không thay đổi.

**Chạy lại an toàn?** Có. Mỗi lượt ghi kết quả của riêng mình.

**Chạy lại thế nào.** Bấm Trigger.

**Báo ai.** Người duyệt bảng xếp hạng, nếu có chỗ khác nhau; xem docs/runbooks/dinh-chinh.md.
"""


@dag(
    dag_id="watch_frozen_months_weekly",
    dag_display_name="Đối chiếu các tháng đã chốt hằng tuần",
    schedule=bridge.weekly_at("sat", "10:00"),  # nobody works, and the night's readings and build are over
    doc_md=DOC,
    **bridge.dag_settings(bridge.Tag.WATCH, bridge.Tag.TIER_2, limit=timedelta(hours=2), makes_up=False),
)
def watch() -> None:
    bridge.watch_frozen_months()


watch()

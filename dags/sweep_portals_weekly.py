"""Once a week ask for everything that there is: only so is found what a portal has deleted."""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Tìm bản ghi đã bị xóa trên cổng: cho DAG `ingest_…_daily` đọc lại toàn bộ bản ghi, từng đoạn ngày một.
Danh mục không có thời điểm cập nhật vốn đã được đọc toàn bộ mỗi đêm.

**Chạy lại an toàn?** Có. Lượt đọc toàn bộ chờ đến lượt trong hàng của DAG `ingest_…_daily`; bị ngắt thì đọc tiếp từ
đoạn chưa nạp. Xóa quá nhiều bản ghi thì lô bị chặn, chờ người có trách nhiệm chấp nhận.

**Chạy lại thế nào.** Bấm Trigger ở đây, hoặc ở DAG `ingest_…_daily` với `sweep` = `true`.

**Báo ai.** Tổ vận hành; xem docs/runbooks: lo-bi-chan.md.
"""


@dag(
    dag_id="sweep_portals_weekly",
    dag_display_name="Đọc lại toàn bộ, tìm bản ghi đã bị xóa, hằng tuần",
    schedule=bridge.weekly_at("sun", "09:00"),  # nobody works, and it is over before the night's reading
    doc_md=DOC,
    **bridge.dag_settings(bridge.Tag.RAW, bridge.Tag.TIER_2, limit=timedelta(minutes=5)),
)
def sweep() -> None:
    for portal in bridge.connected_portals():
        if any(resource.is_windowed for resource in portal.resources):
            bridge.sweep(portal.code)


sweep()

"""When both portals are in: build the layers, judge the ranking, and only then show it."""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Khi cả hai cổng đã đọc xong: tính các lớp số liệu, cập nhật bảng xếp hạng tháng đang chạy (tạm tính),
kiểm tra, rồi thay bảng mà người dùng đang xem.

**Chạy lại an toàn?** Có. Chạy lại trên cùng dữ liệu không làm thay đổi dòng nào.

**Chạy lại thế nào.** Bấm Trigger. Nếu `audit` bị chặn: bảng cũ vẫn giữ nguyên, xử lý nguyên nhân rồi chạy lại cả DAG.

**Báo ai.** Tổ vận hành; xem docs/runbooks/lo-bi-chan.md.
"""


@dag(
    dag_id="build_warehouse_daily",
    dag_display_name="Tính số liệu và xếp hạng tạm tính hằng ngày",
    schedule=bridge.RAW["national_portal"] & bridge.RAW["provincial_portal"],
    doc_md=DOC,
    params={"as_of": bridge.AS_OF},
    **bridge.dag_settings(bridge.Tag.MARTS, bridge.Tag.TIER_1, limit=timedelta(hours=1)),
)
def build() -> None:
    run = bridge.start_ranking()
    facts = bridge.transform.override(task_id="facts")(run, "facts")
    ranking = bridge.transform.override(task_id="ranking")(run, "ranking")
    facts >> ranking >> bridge.audit_ranking(run) >> bridge.swap_marts(run)


build()

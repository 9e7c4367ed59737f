"""Did last night arrive? The alarm that rings when the other DAGs do not run."""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Báo động khi dữ liệu của một cổng cũ hơn 26 giờ, kể cả khi các DAG khác không chạy.

**Chạy lại an toàn?** Có. DAG này chỉ đọc.

**Chạy lại thế nào.** Bấm Trigger sau khi đã đọc lại cổng bị chậm.

**Báo ai.** Tổ vận hành; xem docs/runbooks/cong-khong-tra-loi.md.
"""


@dag(
    dag_id="check_freshness_daily",
    dag_display_name="Kiểm tra dữ liệu đêm qua",
    schedule=bridge.daily_at("07:00"),  # before office hours
    doc_md=DOC,
    params={"as_of": bridge.AS_OF},
    **bridge.dag_settings(bridge.Tag.WATCH, bridge.Tag.TIER_2, limit=timedelta(minutes=5)),
)
def check() -> None:
    bridge.check_freshness()


check()

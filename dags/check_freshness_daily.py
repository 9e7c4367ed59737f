"""Did last night arrive, and is it shown? The alarm that rings when the other DAGs do not run."""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Báo động khi dữ liệu của một cổng, hoặc bảng xếp hạng đang hiển thị, cũ hơn 26 giờ, hoặc khi một cổng từng
được đọc nay không còn kết nối, kể cả khi các DAG khác không chạy. Trước đó khép các lượt chạy mà tiến trình đã chết.

**Chạy lại an toàn?** Có. Không dòng dữ liệu nào thay đổi.

**Chạy lại thế nào.** Bấm Trigger sau khi đã đọc lại cổng bị chậm hoặc tính lại bảng xếp hạng.

**Báo ai.** Tổ vận hành; xem docs/runbooks/cong-khong-tra-loi.md.
"""


@dag(
    dag_id="check_freshness_daily",
    dag_display_name="Kiểm tra dữ liệu đêm qua",
    schedule=bridge.daily_at("07:00"),  # before office hours
    doc_md=DOC,
    params={"as_of": bridge.AS_OF},
    **bridge.dag_settings(bridge.Tag.WATCH, bridge.Tag.TIER_2, limit=timedelta(minutes=5), makes_up=False),
)
def check() -> None:
    bridge.check_freshness()


check()

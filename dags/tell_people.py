"""What is wrong, and who has not heard of it yet?"""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Mỗi giờ hỏi kho dữ liệu xem có gì không ổn (cổng chưa đọc, lô bị chặn, quá hạn chốt, duyệt, phát hành, đĩa
đầy, …) và báo qua thư, webhook: việc mới, việc còn mở, việc đã xong. Mỗi việc báo một lần, nhắc lại mỗi ngày nếu
gấp; không có gì mới thì không gửi. Chưa khai báo kênh nào thì tin nằm trong nhật ký của nhiệm vụ.

**Chạy lại an toàn?** Có. Việc đã báo không được báo lại.

**Chạy lại thế nào.** Bấm Trigger.

**Báo ai.** Tổ vận hành; kênh báo tin hỏng: xem docs/runbooks/kenh-bao-tin.md.
"""


@dag(
    dag_id="tell_people",
    dag_display_name="Báo cho người phụ trách",
    schedule=bridge.hourly_at(10),  # ten minutes after the checks of 07:00 and the freeze of 08:00 begin
    doc_md=DOC,
    **bridge.dag_settings(bridge.Tag.WATCH, bridge.Tag.TIER_2, limit=timedelta(minutes=5), makes_up=False),
)
def tell() -> None:
    bridge.tell_people()


tell()

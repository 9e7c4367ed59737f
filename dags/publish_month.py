"""What a person has let go out reaches its readers, at every venue by itself."""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Lập bản công khai và bản nội bộ của tháng đã duyệt và đã đóng dấu, rồi giao tới các nơi nhận còn hiệu lực
trong venues.csv (hội nghị hành chính, các cổng). Mỗi nơi một nhiệm vụ: nơi này lỗi không ảnh hưởng nơi khác.
Người xem luôn thấy trọn bản cũ hoặc trọn bản mới: mọi tệp được đọc lại và đối chiếu mã băm rồi mới đổi
`latest.json`. Mỗi lần giao ghi một dòng vào `ops.deliveries`.

**Chạy lại an toàn?** Có. Bản đã giao thì chỉ đọc lại và đối chiếu.

**Chạy lại thế nào.** Bấm Trigger: giao những gì còn thiếu; `period` = `YYYY-MM`: đối chiếu lại một tháng ở mọi nơi.

**Báo ai.** Tổ vận hành và nơi nhận bị lỗi; xem docs/runbooks/phat-hanh.md.
"""


@dag(
    dag_id="publish_month",
    dag_display_name="Phát hành tháng đã duyệt",
    schedule=bridge.daily_at("16:30"),  # what was approved in the day goes out in the day
    doc_md=DOC,
    params={"period": bridge.PERIOD_TO_PUBLISH},
    **bridge.dag_settings(bridge.Tag.MARTS, bridge.Tag.TIER_1, limit=timedelta(hours=1), makes_up=False),
)
def publish() -> None:
    bridge.deliver_to_venue.expand(venue=bridge.list_waiting_venues())


publish()

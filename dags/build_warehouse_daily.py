"""When the portals are in: build the layers, judge the ranking, and only then show it."""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Khi các cổng đã kết nối đều đọc xong dữ liệu của ngày: tính các lớp số liệu, cập nhật bảng xếp hạng
tháng đang chạy (tạm tính), kiểm tra, rồi thay bảng mà người dùng đang xem. Chờ các cổng đến 06:00; sau đó
tính với số liệu đã có và nêu rõ cổng nào còn thiếu. Lượt tính khác đang chạy thì chờ đến lượt.

**Chạy lại an toàn?** Có. Chạy lại trên cùng dữ liệu không làm thay đổi dòng nào.

**Chạy lại thế nào.** Bấm Trigger, `day` là ngày cần tính. Nếu `audit` bị chặn: bảng cũ vẫn giữ nguyên, xử lý
nguyên nhân rồi chạy lại cả DAG.

**Báo ai.** Tổ vận hành; xem docs/runbooks: lo-bi-chan.md, cong-khong-tra-loi.md.
"""


@dag(
    dag_id="build_warehouse_daily",
    dag_display_name="Tính số liệu và xếp hạng tạm tính hằng ngày",
    schedule=bridge.daily_at(bridge.READING_AT),  # its first task waits for the night's readings
    doc_md=DOC,
    params={"day": bridge.DAY, "as_of": bridge.AS_OF},
    **bridge.dag_settings(bridge.Tag.MARTS, bridge.Tag.TIER_1, limit=timedelta(hours=1)),
)
def build() -> None:
    wait = bridge.wait_for_readings(until=bridge.READ_UNTIL)
    run = bridge.start_ranking()
    wait >> run
    shown = bridge.transform(run) >> bridge.audit_ranking(run) >> bridge.swap_marts(run)
    shown >> bridge.tell_people().as_teardown()  # whatever came of the build; its state stays the build's own


build()

"""Rank the month before, once it was read to its end."""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Xếp hạng các cơ quan của tháng trước ngày của lượt chạy (hoặc tháng `period`) khi dữ liệu của tháng
đã đọc đủ. Ngày mùng 1 chờ các cổng đọc xong, đến 06:00; lượt tính khác đang chạy thì chờ đến lượt.

**Chạy lại an toàn?** Có. Tính lại đúng tháng đó; các tháng khác giữ nguyên nếu dữ liệu không đổi.

**Chạy lại thế nào.** Bấm Trigger với `period` = `YYYY-MM`; nhiều tháng: trigger từng tháng, các lượt tự xếp hàng.
Xóa trạng thái (Clear) một lượt theo lịch cũ: tính lại đúng tháng của lượt đó.

**Báo ai.** Tổ vận hành và người duyệt bảng xếp hạng; xem docs/runbooks: chay-lai-mot-thang.md, lo-bi-chan.md.
"""


@dag(
    dag_id="rank_agencies_monthly",
    dag_display_name="Xếp hạng các cơ quan hằng tháng",
    schedule=bridge.monthly_at(1, "05:00"),  # after the night's reading and build
    doc_md=DOC,
    params={"period": bridge.PERIOD, "as_of": bridge.AS_OF},
    **bridge.dag_settings(bridge.Tag.MARTS, bridge.Tag.TIER_1, limit=timedelta(hours=1)),
)
def rank() -> None:
    run = bridge.start_month(until=bridge.READ_UNTIL)
    bridge.transform(run) >> bridge.audit_ranking(run) >> bridge.swap_marts(run)


rank()

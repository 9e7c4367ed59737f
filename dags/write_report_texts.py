"""An officer writes what figures cannot tell into the report of a frozen month."""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Ghi lời văn của cán bộ vào báo cáo của tháng đã chốt, thay cho phần dự thảo: tồn tại, nguyên nhân, nhiệm
vụ, kiến nghị, kết quả thực hiện kết luận của phiên họp trước. Mỗi lần ghi được giữ lại kèm người ghi và thời điểm; lần
ghi sau cùng của mỗi mục được dùng. Lời văn được đóng dấu cùng số liệu, nên chỉ ghi được trước khi duyệt công bố.

**Chạy lại an toàn?** Có. Ghi lại đúng nội dung cũ thì không thêm gì.

**Chạy lại thế nào.** Bấm Trigger, nhập kỳ, người ghi và các mục cần ghi; mục để trống giữ nguyên.

**Báo ai.** Cán bộ soạn báo cáo của Văn phòng UBND tỉnh; xem docs/runbooks/duyet-cong-bo.md.
"""


@dag(
    dag_id="write_report_texts",
    dag_display_name="Ghi lời văn báo cáo tháng",
    schedule=None,  # only ever by hand
    doc_md=DOC,
    params={"period": bridge.PERIOD_OF_REPORT, "written_by": bridge.WRITTEN_BY} | bridge.report_sections(),
    **bridge.dag_settings(bridge.Tag.MARTS, bridge.Tag.TIER_2, limit=timedelta(minutes=5), makes_up=False),
)
def write() -> None:
    bridge.write_report_texts()


write()

"""A frozen month goes out when a person has let it."""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Hỏi người duyệt có công bố tháng vừa chốt hay không, kèm danh mục kiểm tra. Còn điểm **phải xử lý** thì
dừng ở `checklist`; còn điểm **cần trả lời** thì người duyệt ghi lý do. Chưa trả lời trong ngày thì hôm sau hỏi lại;
quá số ngày ở dòng `approval_limit_days` của rules.csv thì báo lỗi. Duyệt xong, chương trình giữ khóa sẽ đóng dấu và
xuất gói công bố.

**Chạy lại an toàn?** Có. Tháng đã có quyết định thì không hỏi nữa.

**Chạy lại thế nào.** Bấm Trigger; `period` = `YYYY-MM` để hỏi lại một tháng, ví dụ sau khi đã không duyệt.

**Báo ai.** Người duyệt bảng xếp hạng và tổ vận hành; xem docs/runbooks/duyet-cong-bo.md.
"""


@dag(
    dag_id="approve_month",
    dag_display_name="Duyệt công bố tháng",
    schedule=bridge.daily_at("09:00"),  # after the morning's freeze
    doc_md=DOC,
    params={"period": bridge.PERIOD_TO_APPROVE},
    **bridge.dag_settings(bridge.Tag.MARTS, bridge.Tag.TIER_1, limit=timedelta(minutes=30), makes_up=False),
)
def approve() -> None:
    asked = bridge.list_open_points()
    answer = bridge.ask_a_person()
    asked >> answer
    bridge.record_answer(asked, answer.output)


approve()

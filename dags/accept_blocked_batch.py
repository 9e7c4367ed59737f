"""A person lets a batch pass that the door in has stopped, and says why."""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Chấp nhận một lô dữ liệu bị chặn mà người có trách nhiệm đã xác minh là đúng, rồi nạp vào kho. Chỉ các
điều kiện không đạt của đúng lô đó được chấp nhận; người, lý do và thời điểm được ghi vào `ops.acceptances`.

**Chạy lại an toàn?** Có. Lô đã nạp thì báo lượt không còn bị chặn; cổng đã được đọc lại thì từ chối.

**Chạy lại thế nào.** Bấm Trigger, nhập số lượt, lý do, người chấp nhận; xong thì chạy build_warehouse_daily.

**Báo ai.** Người trực vận hành và người chấp nhận; xem docs/runbooks/lo-bi-chan.md.
"""


@dag(
    dag_id="accept_blocked_batch",
    dag_display_name="Chấp nhận lô dữ liệu bị chặn",
    schedule=None,  # only ever by hand
    doc_md=DOC,
    params={"run": bridge.RUN, "reason": bridge.REASON, "accepted_by": bridge.ACCEPTED_BY},
    **bridge.dag_settings(bridge.Tag.RAW, bridge.Tag.TIER_2, limit=timedelta(hours=1), makes_up=False),
)
def accept() -> None:
    bridge.accept_blocked()


accept()

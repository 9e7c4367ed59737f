"""On Monday morning the office reads how the running month stands, while there is time to act."""

from datetime import timedelta

from airflow.sdk import dag

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Lập thông tin nhanh một trang của tháng đang chạy, bản nội bộ và bản công khai: ai tạm đứng đầu, hơn bao
nhiêu điểm, cơ quan cuối bảng thêm việc gì thì được nhiều điểm nhất, việc cần tập trung. Số liệu là tạm tính. Trang nằm
trong thư mục `DVC766_EDITIONS`, `<tháng>/running/<bản>/`, tên có ngày của số liệu; không tự gửi đi nơi nào.

**Chạy lại an toàn?** Có. Cùng số liệu thì ra đúng tệp đó.

**Chạy lại thế nào.** Bấm Trigger.

**Báo ai.** Cán bộ theo dõi của Văn phòng UBND tỉnh; xem docs/runbooks/phat-hanh.md.
"""


@dag(
    dag_id="write_note_weekly",
    dag_display_name="Lập thông tin nhanh hằng tuần",
    schedule=bridge.weekly_at("mon", "07:30"),  # the night's build is over, the week begins
    doc_md=DOC,
    **bridge.dag_settings(bridge.Tag.MARTS, bridge.Tag.TIER_2, limit=timedelta(minutes=15), makes_up=False),
)
def write() -> None:
    bridge.write_weekly_note()


write()

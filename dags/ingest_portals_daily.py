"""Ask each portal for what changed; nothing unaudited reaches raw."""

from datetime import timedelta

from airflow.sdk import DAG

from dvc766 import airflow_bridge as bridge
from dvc766.portals import PORTALS

DOC = """
**Mục đích.** Đọc bản ghi mới và thay đổi của {name_vi}, kiểm tra từng lô, rồi đưa vào kho (lớp `raw`).

**Chạy lại an toàn?** Có. Khoảng đọc chồng lên nhau không tạo thêm dòng nào; lô bị chặn không làm mất dữ liệu cũ.

**Chạy lại thế nào.** Bấm Trigger; `window_from` để đọc bù từ một thời điểm, `sweep` để đọc toàn bộ.

**Báo ai.** Tổ vận hành; xem docs/runbooks: cong-khong-tra-loi.md, lo-bi-chan.md, ma-la.md.
"""

for portal in PORTALS:
    with DAG(
        dag_id=f"ingest_{portal.code}_daily",
        dag_display_name=f"Đọc {portal.name_vi} hằng ngày",
        schedule=bridge.daily_at("01:30"),  # after the portals' own nightly jobs
        doc_md=DOC.format(name_vi=portal.name_vi),
        params={"as_of": bridge.AS_OF, "window_from": bridge.WINDOW_FROM, "sweep": bridge.SWEEP},
        **bridge.dag_settings(bridge.Tag.RAW, bridge.Tag.TIER_1, limit=timedelta(hours=3)),
    ):
        run = bridge.start_reading(portal.code)
        # One task per host: what an operator would run again alone.
        writes = [
            bridge.write.override(task_id=f"write_{host}")(run, portal.code, [resource.name for resource in resources])
            for host, resources in portal.hosts.items()
        ]
        promote = bridge.promote.override(outlets=[bridge.RAW[portal.code]])
        writes >> bridge.audit_landing(run) >> promote(run)

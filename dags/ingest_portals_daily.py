"""Ask each connected portal for what changed; nothing unaudited reaches raw."""

from datetime import timedelta

from airflow.sdk import DAG

from dvc766 import airflow_bridge as bridge

DOC = """
**Mục đích.** Đọc bản ghi mới và thay đổi của {name_vi} đến 01:30 của ngày, kiểm tra từng lô, rồi đưa vào kho
(lớp `raw`). Cổng đóng cửa ban đêm: nhiệm vụ `write` tự thử lại, thưa dần, đến khoảng 06:00. Đêm bị bỏ lỡ được
đọc bù tự động, ngày cũ trước; hai lượt đọc cùng một cổng thì chờ nhau.

**Chạy lại an toàn?** Có. Khoảng đọc chồng lên nhau không tạo thêm dòng nào; lô bị chặn không làm mất dữ liệu cũ.

**Chạy lại thế nào.** Bấm Trigger: đọc đến hiện tại. `day` hoặc Backfill: đọc như đêm của một ngày đã qua;
`window_from`: đọc bù từ một thời điểm, mỗi lượt một tháng, lượt đọc hằng ngày chen vào giữa; `sweep`: đọc toàn bộ.

**Báo ai.** Tổ vận hành; xem docs/runbooks: cong-khong-tra-loi.md, lo-bi-chan.md, ma-la.md.
"""

for portal in bridge.connected_portals():
    with DAG(
        dag_id=f"ingest_{portal.code}_daily",
        dag_display_name=f"Đọc {portal.name_vi} hằng ngày",
        schedule=bridge.daily_at(bridge.READING_AT),
        doc_md=DOC.format(name_vi=portal.name_vi),
        params={
            "day": bridge.DAY,
            "as_of": bridge.AS_OF,
            "window_from": bridge.WINDOW_FROM,
            "sweep": bridge.SWEEP,
        },
        **bridge.dag_settings(bridge.Tag.RAW, bridge.Tag.TIER_1, limit=timedelta(hours=3)),
    ):
        run = bridge.start_reading(portal.code)
        # One task per host: what an operator would run again alone.
        writes = [
            bridge.write.override(task_id=f"write_{host}", task_display_name=f"Đọc từ máy chủ {host}")(
                run, portal.code, [resource.name for resource in resources]
            )
            for host, resources in portal.hosts.items()
        ]
        rest = bridge.find_rest(run)
        writes >> bridge.audit_landing(run) >> bridge.promote(run) >> rest >> bridge.read_rest(portal.code, rest)

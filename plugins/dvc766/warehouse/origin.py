"""Where the records of a warehouse come from: real portals or the simulator, and never both.

The first reading writes it down in ops.origin; every later one is compared with it.
"""

from __future__ import annotations

from sqlalchemy import Engine

from dvc766.warehouse.sessions import RunRefused, transaction

_NAMES_VI = {True: "cổng mô phỏng (dữ liệu giả lập)", False: "cổng thật"}


def require_origin(engine: Engine, *, is_synthetic: bool) -> None:
    """Raise RunRefused when the warehouse holds records of the other origin; nothing is read then."""
    with transaction(engine) as connection:
        connection.execute("insert into ops.origin (is_synthetic) values (%s) on conflict do nothing", (is_synthetic,))
        row = connection.execute("select is_synthetic from ops.origin").fetchone()
    if row is not None and row[0] is not is_synthetic:
        raise RunRefused(
            f"Kho dữ liệu này chứa bản ghi của {_NAMES_VI[row[0]]}; kết nối hiện tại là {_NAMES_VI[is_synthetic]}."
            " Không được trộn hai nguồn.\n"
            "Việc cần làm: dùng một cơ sở dữ liệu riêng cho mỗi nguồn (khóa schema của AIRFLOW_CONN_WAREHOUSE),"
            " hoặc sửa địa chỉ cổng trong kết nối."
        )

"""The tasks of a delivery: which venues wait for a sealed month, and one venue's turn."""

from __future__ import annotations

from datetime import date

from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from dvc766.airflow_bridge.connections import settings_from_airflow, venue_from_airflow


@task(task_id="waiting", multiple_outputs=False, task_display_name="Tìm bản chưa phát hành")
def list_waiting_venues() -> list[str]:
    """The venues in force that have not got a sealed revision; skips the rest when there is none."""
    from dvc766 import runs

    waiting = runs.undelivered(settings_from_airflow(), _month())
    if not waiting:
        raise AirflowSkipException("Không có tháng nào đã duyệt mà chưa phát hành.")
    return [venue.code for venue in waiting]


@task(
    task_id="deliver",
    multiple_outputs=False,
    task_display_name="Lập và giao bản phát hành",
    map_index_template="{{ task.op_kwargs['venue'] }}",
)
def deliver_to_venue(venue: str) -> list[str]:
    """Make the venue's edition where it is not kept, and deliver it; returns what came of each revision."""
    from dvc766 import runs

    return list(runs.deliver_to(settings_from_airflow(), venue, venue_from_airflow, _month()))


def _month() -> date | None:
    from dvc766 import runs

    period = get_current_context()["params"]["period"]
    return runs.month_of(period) if period else None

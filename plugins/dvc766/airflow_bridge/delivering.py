"""The tasks that bring a month to its readers: the weekly note, which venues wait, and one venue's turn."""

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


@task(task_id="write", multiple_outputs=False, task_display_name="Lập thông tin nhanh")
def write_weekly_note() -> list[str]:
    """Write the note of the running month; returns the files."""
    from dvc766 import runs

    return [str(path) for path in runs.write_weekly_note(settings_from_airflow())]


@task(task_id="write", multiple_outputs=False, task_display_name="Ghi lời văn vào báo cáo")
def write_report_texts() -> int:
    """Keep what an officer wrote for the report of a frozen month; returns the revision it is for."""
    from dvc766 import runs
    from dvc766.reporting.sections import SECTIONS

    params = get_current_context()["params"]
    texts = {section: params[section] for section in SECTIONS}
    month = runs.month_of(params["period"])
    return runs.write_report_texts(settings_from_airflow(), month, texts, by=params["written_by"])


def _month() -> date | None:
    from dvc766 import runs

    period = get_current_context()["params"]["period"]
    return runs.month_of(period) if period else None

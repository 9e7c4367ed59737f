"""The task that tells people what is wrong, hourly and after each build."""

from __future__ import annotations

from airflow.sdk import task

from dvc766.airflow_bridge.connections import settings_from_airflow


@task(task_id="tell", multiple_outputs=False, task_display_name="Báo cho người phụ trách")
def tell_people() -> dict[str, str]:
    """Ask what is wrong and tell what is new; returns what became of each channel."""
    from dvc766 import alerts

    return dict(alerts.tell_people(settings_from_airflow()).channels)

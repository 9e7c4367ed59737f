"""The task that cleans up, and its way to Airflow's own database."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from airflow.sdk import get_current_context, task

from dvc766.airflow_bridge.connections import METADATA, metadata_url_from_airflow, settings_from_airflow
from dvc766.airflow_bridge.tasks import driver_of_this_run
from dvc766.failures import NeedsAPerson

_FOUND = re.compile(r"Found (\d+) rows meeting deletion criteria")
_SHOWN = 12  # lines of a failed command

_LOG = logging.getLogger(__name__)


class MetadataNotCleaned(NeedsAPerson):
    """`airflow db clean` has failed; the message holds its last lines."""


@task(task_id="clean_up", multiple_outputs=False, task_display_name="Xóa những gì đã hết hạn giữ")
def clean_up() -> dict[str, int]:
    """Take away what is older than its days, or with `dry_run` count it; returns how many of each thing."""
    from airflow.configuration import conf

    from dvc766 import runs

    logs = [Path(conf.get_mandatory_value("logging", "base_log_folder"))]
    return dict(
        runs.clean_up(
            settings_from_airflow(),
            logs=logs,
            metadata=clean_metadata,
            dry_run=bool(get_current_context()["params"]["dry_run"]),
            driver=driver_of_this_run(),
        )
    )


def clean_metadata(before: datetime, dry_run: bool) -> int | None:
    """How many rows of Airflow's own database are older than a moment, and gone unless it is a dry run.

    None, with a line in the log, where this installation gives its tasks no connection to that database.
    """
    url = metadata_url_from_airflow()
    if url is None:
        _LOG.warning("Không có kết nối %s nên không dọn cơ sở dữ liệu của Airflow (xem docs/retention.md).", METADATA)
        return None
    command = [sys.executable, "-m", "airflow", "db", "clean", "--clean-before-timestamp", before.isoformat()]
    command += ["--skip-archive", "--error-on-cleanup-failure"]
    command += ["--dry-run"] if dry_run else ["--yes"]
    environment = dict(os.environ) | {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    told = done.stdout + done.stderr
    if done.returncode != 0:
        tail = "\n".join(told.replace(url, "…").splitlines()[-_SHOWN:])
        raise MetadataNotCleaned(
            f"`airflow db clean` không thành công:\n{tail}\n"
            f"Việc cần làm: kiểm tra kết nối {METADATA}, rồi chạy lại clean_up_weekly."
        )
    return sum(int(count) for count in _FOUND.findall(told))

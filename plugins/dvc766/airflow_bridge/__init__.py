"""What a DAG file is written with. Nothing else imports Airflow, but for the executor.

`timing` says when DAGs run and how often a task is tried, `parameters` what a person may give a run
and which day a run is for, `connections` how Airflow's connections become settings, `tasks` which
call of `runs` each task is, `approval` the question to a person, `delivering` the way to
the readers, `telling` who hears of what is wrong, `cleaning` what is thrown away. Nothing heavy is imported while a
DAG file is parsed: each task imports what it calls.
"""

from dvc766.airflow_bridge.approval import ask_a_person, list_open_points, record_answer
from dvc766.airflow_bridge.cleaning import clean_up
from dvc766.airflow_bridge.connections import connected_portals
from dvc766.airflow_bridge.delivering import (
    deliver_to_venue,
    list_waiting_venues,
    write_report_texts,
    write_weekly_note,
)
from dvc766.airflow_bridge.parameters import (
    ACCEPTED_BY,
    AS_OF,
    DAY,
    DRY_RUN,
    PERIOD,
    PERIOD_OF_REPORT,
    PERIOD_TO_APPROVE,
    PERIOD_TO_FREEZE,
    PERIOD_TO_PUBLISH,
    READ_UNTIL,
    READING_AT,
    REASON,
    RUN,
    SWEEP,
    WINDOW_FROM,
    WRITTEN_BY,
    report_sections,
)
from dvc766.airflow_bridge.tasks import (
    accept_blocked,
    audit_landing,
    audit_ranking,
    check_freshness,
    find_rest,
    freeze_months,
    promote,
    read_rest,
    start_month,
    start_ranking,
    start_reading,
    swap_marts,
    sweep,
    transform,
    wait_for_readings,
    watch_frozen_months,
    write,
)
from dvc766.airflow_bridge.telling import tell_people
from dvc766.airflow_bridge.timing import Tag, dag_settings, daily_at, hourly_at, monthly_at, weekly_at

__all__ = [
    "ACCEPTED_BY",
    "AS_OF",
    "DAY",
    "DRY_RUN",
    "PERIOD",
    "PERIOD_OF_REPORT",
    "PERIOD_TO_APPROVE",
    "PERIOD_TO_FREEZE",
    "PERIOD_TO_PUBLISH",
    "READING_AT",
    "READ_UNTIL",
    "REASON",
    "RUN",
    "SWEEP",
    "WINDOW_FROM",
    "WRITTEN_BY",
    "Tag",
    "accept_blocked",
    "ask_a_person",
    "audit_landing",
    "audit_ranking",
    "check_freshness",
    "clean_up",
    "connected_portals",
    "dag_settings",
    "daily_at",
    "deliver_to_venue",
    "find_rest",
    "freeze_months",
    "hourly_at",
    "list_open_points",
    "list_waiting_venues",
    "monthly_at",
    "promote",
    "read_rest",
    "record_answer",
    "report_sections",
    "start_month",
    "start_ranking",
    "start_reading",
    "swap_marts",
    "sweep",
    "tell_people",
    "transform",
    "wait_for_readings",
    "watch_frozen_months",
    "weekly_at",
    "write",
    "write_report_texts",
    "write_weekly_note",
]

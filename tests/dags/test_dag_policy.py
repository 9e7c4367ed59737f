"""Every rule about DAGs that we state, over a bag that is surely not empty."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dvc766.portals import PORTALS
from local_stack.installation import simulated_portals
from tests.dags.policy import complaints, tasks
from tests.dags.snapshot import page

IDS = {
    "accept_blocked_batch",
    "approve_month",
    "ingest_national_portal_daily",
    "ingest_provincial_portal_daily",
    "build_warehouse_daily",
    "rank_agencies_monthly",
    "check_freshness_daily",
    "clean_up_weekly",
    "freeze_month",
    "publish_month",
    "sweep_portals_weekly",
    "tell_people",
    "watch_frozen_months_weekly",
    "write_note_weekly",
    "write_report_texts",
}
PAGE = Path(__file__).with_name("dags.txt")
HEAVY = {"dbt", "great_expectations", "pandas", "numpy"}
Parse = Callable[..., dict[str, Any]]

PLANTED = '''
from datetime import timedelta
from airflow.sdk import DAG
from dvc766 import airflow_bridge as bridge
DOC = """**Mục đích.** a **Chạy lại an toàn?** b **Chạy lại thế nào.** c **Báo ai.** d"""
settings = dict(
    dag_id="check_something_daily",
    dag_display_name="Kiểm tra",
    schedule=bridge.daily_at("07:00"),
    doc_md=DOC,
    params={"as_of": bridge.AS_OF},
    **bridge.dag_settings(bridge.Tag.WATCH, bridge.Tag.TIER_2, limit=timedelta(minutes=5), makes_up=False),
)
# defect
with DAG(**settings):
    bridge.check_freshness()
'''
DEFECTS = {
    "settings['dag_id'] = settings['dag_id'].removesuffix('_daily')": "the id is not <verb>_<object>_<cadence>",
    "settings['dag_display_name'] = 'Check'": "no Vietnamese display name",
    "settings['dag_id'] = settings['dag_id'].replace('check', 'build')": "leaves out the nights",
    "settings['catchup'] = True": "watches nights that are over",
    "import pendulum; settings['start_date'] = pendulum.datetime(2026, 1, 1)": "has a start date",
    "import pendulum; settings['default_args']['start_date'] = pendulum.datetime(2026, 1, 1)": "has a start date",
    "settings['max_active_runs'] = 2": "may run twice at the same time",
    "from airflow.sdk import CronTriggerTimetable; settings['schedule'] = CronTriggerTimetable('0 7 * * *', timezone='UTC')": (  # noqa: E501
        "is scheduled in UTC"
    ),
    "from airflow.sdk import CronTriggerTimetable; settings['schedule'] = CronTriggerTimetable('0 7 * * *', timezone='Asia/Ho_Chi_Minh')": (  # noqa: E501
        "may run at once for an hour that has passed"
    ),
    "settings['doc_md'] = DOC.replace('Báo ai', 'x')": "doc_md does not say 'Báo ai'",
    "settings['doc_md'] = DOC + 'docs/runbooks/khong-co.md'": "names a runbook that is not there: khong-co.md",
    "settings['tags'] = ['layer:raw', 'impact:tier_1', 'team:x']": "has the tag 'team:x'",
    "settings['tags'] = ['layer:raw']": "has not one tag of layer and one of impact",
    "QUERY = 'select 1 from t'": "holds SQL",
    "pass\n" + "#\n" * 60: "lines",
    "settings['default_args']['owner'] = 'airflow'": "has no owner",
    "settings['default_args']['retries'] = 0": "is never tried again",
    "settings['default_args']['retry_exponential_backoff'] = 0": "without back-off",
    "settings['default_args']['execution_timeout'] = None": "has no sensible time-out",
    "settings['default_args']['on_failure_callback'] = None": "leaves its run open when it fails",
}


def test_the_bag_holds_exactly_our_dags(parsed: dict[str, Any]) -> None:
    assert parsed["errors"] == {}
    assert set(parsed["dags"]) == IDS


def test_every_dag_obeys_the_policy(parsed: dict[str, Any]) -> None:
    found = [complaints(dag_id, dag, parsed["files"][dag_id]) for dag_id, dag in parsed["dags"].items()]
    assert [what for each in found for what in each] == []


@pytest.fixture(scope="module")
def planted(parse: Parse, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the policy says of a DAG for each defect; all of them parsed in one process."""
    folder = tmp_path_factory.mktemp("planted")
    for number, defect in enumerate(["pass", *DEFECTS]):
        text = PLANTED.replace("something", f"number_{number}").replace("# defect", defect)
        (folder / f"{number:02}.py").write_text(text, encoding="utf-8")
    found = parse(folder)
    by_number = {int(Path(file).stem): dag_id for dag_id, file in found["files"].items()}
    return {
        defect: complaints(by_number[number], found["dags"][by_number[number]], found["files"][by_number[number]])
        for number, defect in enumerate(["pass", *DEFECTS])
    }


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_policy_names_a_planted_defect(defect: str, planted: dict[str, list[str]]) -> None:
    assert any(DEFECTS[defect] in what for what in planted[defect])


def test_the_planted_dag_without_a_defect_passes(planted: dict[str, list[str]]) -> None:
    assert planted["pass"] == []


def test_parsing_imports_nothing_heavy_and_reaches_nothing(parsed: dict[str, Any]) -> None:
    assert HEAVY & set(parsed["all_modules"]) == set()
    assert parsed["reached"] == []


def test_a_heavy_import_a_way_out_and_a_broken_file_are_seen(parse: Parse, tmp_path: Path) -> None:
    for name, line in {
        "heavy": "import great_expectations",
        "network": "import socket\ntry: socket.create_connection(('127.0.0.1', 9))\nexcept OSError: pass",
        "database": "import sqlite3\ntry: sqlite3.connect(':memory:')\nexcept OSError: pass",
        "broken": "import no_such_module",
    }.items():
        text = PLANTED.replace("something", name).replace("# defect", line)
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    found = parse(tmp_path)
    assert set(found["all_modules"]) >= {"great_expectations", "pandas"}
    assert set(found["reached"]) >= {"the network", "a database"}
    assert "check_broken_daily" not in found["dags"]
    assert len(found["errors"]) == 1


def test_two_processes_serialize_the_same(parsed: dict[str, Any], parse: Parse) -> None:
    assert parse(hash_seed="4711")["dags"] == parsed["dags"]


def test_every_resource_of_every_portal_is_read_once(parsed: dict[str, Any]) -> None:
    for portal in PORTALS:
        dag = parsed["dags"][f"ingest_{portal.code}_daily"]
        written = [name for task in tasks(dag) if task["task_id"].startswith("write_") for name in task["op_args"][2]]
        assert sorted(written) == sorted(resource.name for resource in portal.resources)


def test_with_the_national_portal_alone_its_public_host_is_read_and_nothing_else(parse: Parse) -> None:
    found = parse(portals=simulated_portals("http://127.0.0.1:1", national_only=True))
    assert found["errors"] == {}
    assert set(found["dags"]) == IDS - {"ingest_provincial_portal_daily"}
    writes = [task for task in tasks(found["dags"]["ingest_national_portal_daily"]) if "write" in task["task_id"]]
    assert [task["task_id"] for task in writes] == ["write_public"]
    assert writes[0]["op_args"][2] == ["departments", "evaluations", "evaluated_units"]
    assert tasks(found["dags"]["sweep_portals_weekly"]) == []


def test_a_placeholder_makes_no_dag_and_is_told(parse: Parse) -> None:
    placeholder = {"AIRFLOW_CONN_PROVINCIAL_PORTAL": '{"host": "https://CHANGE_ME"}'}
    found = parse(portals=simulated_portals("http://127.0.0.1:1", national_only=True) | placeholder)
    assert set(found["dags"]) == IDS - {
        *("ingest_national_portal_daily", "ingest_provincial_portal_daily", "sweep_portals_weekly")
    }
    assert all("still holds the placeholder" in error for error in found["errors"].values())


def test_what_is_read_by_change_is_swept_once_a_week_in_the_queue_of_its_own_dag(parsed: dict[str, Any]) -> None:
    dag = parsed["dags"]["sweep_portals_weekly"]
    assert dag["timetable"]["__var"]["expression"] == "0 9 * * sun"
    swept = {task["trigger_dag_id"]: task["conf"] for task in tasks(dag)}
    by_change = [portal.code for portal in PORTALS if any(resource.is_windowed for resource in portal.resources)]
    assert swept == {f"ingest_{code}_daily": {"sweep": True} for code in by_change}


def test_nothing_unaudited_reaches_raw_or_the_readers(parsed: dict[str, Any]) -> None:
    for dag_id, last in {
        "ingest_national_portal_daily": "promote",
        "ingest_provincial_portal_daily": "promote",
        "build_warehouse_daily": "swap",
        "rank_agencies_monthly": "swap",
    }.items():
        after = {task["task_id"]: set(task.get("downstream_task_ids", [])) for task in tasks(parsed["dags"][dag_id])}
        assert last in after["audit"]
        others = {name for name, following in after.items() if last in following} - {"audit", "start"}
        assert others == set()
        assert after[last] <= {"tell", "rest"}  # people are told whatever came of it; a rest is read by another run


def test_what_is_left_of_a_long_way_back_joins_the_queue_of_its_own_dag_once(parsed: dict[str, Any]) -> None:
    for portal in PORTALS:
        found = {task["task_id"]: task for task in tasks(parsed["dags"][f"ingest_{portal.code}_daily"])}
        assert found["promote"]["downstream_task_ids"] == ["rest"]
        assert found["rest"]["downstream_task_ids"] == ["read_rest"]
        then = found["read_rest"]
        assert then["trigger_dag_id"] == f"ingest_{portal.code}_daily"
        assert then["skip_when_already_exists"]
        assert "run_id" in then["trigger_run_id"]  # the same in every try, so that one run comes of them
        assert not then.get("wait_for_completion")  # or it would stand before the run that it waits for


def test_a_build_begins_when_the_day_s_readings_are_in_or_at_six(parsed: dict[str, Any]) -> None:
    daily = {task["task_id"]: task for task in tasks(parsed["dags"]["build_warehouse_daily"])}
    assert daily["wait"]["downstream_task_ids"] == ["start"]
    monthly = {task["task_id"]: task for task in tasks(parsed["dags"]["rank_agencies_monthly"])}
    assert daily["wait"]["op_kwargs"] == monthly["start"]["op_kwargs"] == {"until": "06:00"}


def test_what_waits_leaves_its_place_to_others(parsed: dict[str, Any]) -> None:
    waiting = [task for dag in parsed["dags"].values() for task in tasks(dag) if task.get("_is_sensor")]
    assert len(waiting) == 5
    assert all(task["reschedule"] for task in waiting)


def test_any_change_of_the_dags_shows_on_their_page(parsed: dict[str, Any], tmp_path: Path) -> None:
    now = tmp_path / "dags.txt"
    now.write_text(page(parsed["dags"]), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == now.read_text(encoding="utf-8"), (
        f"The DAGs are not as {PAGE.name} says. Next: look at each difference; if all are meant, cp {now} {PAGE}"
    )


def test_the_page_shows_schedule_order_retries_and_parameters(parsed: dict[str, Any]) -> None:
    for change in (
        lambda dag: dag["timetable"]["__var"].update(expression="0 3 * * *"),
        lambda dag: dag.update(catchup=False),
        lambda dag: dag["tasks"][1]["__var"].update(retries=1),
        lambda dag: dag["tasks"][1]["__var"].update(downstream_task_ids=[]),
        lambda dag: dag["tasks"].pop(),
        lambda dag: dag["params"].pop(),
        lambda dag: dag["params"][0][1].update(default="2025-06-01"),
        lambda dag: dag["tasks"][0]["__var"].update(op_kwargs={"until": "05:00"}),
    ):
        dags = copy.deepcopy(parsed["dags"])
        change(dags["build_warehouse_daily"])
        assert page(dags) != page(parsed["dags"])

"""One night of the fortnight: its runs, its clock, and what may go wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from drills.stage import DrillFailed, Stage
from dvc766.clock import LOCAL_ZONE
from local_stack.demo import BUILD, FRESHNESS, INGEST, RANK

NATIONAL, PROVINCIAL = INGEST
ACCEPT = "accept_blocked_batch"


@dataclass(slots=True)
class Night:
    """The runs of a day, each known by the day, as the schedule would start them."""

    stage: Stage
    day: date
    hands: list[str] = field(default_factory=list)  # what a person did

    @property
    def name(self) -> str:
        """The id of all its DAG runs."""
        return f"night__{self.day:%Y-%m-%d}"

    def clock(self, hour: str) -> datetime:
        """Set the simulated clock to an hour of this day."""
        now = datetime.combine(self.day, time.fromisoformat(hour), LOCAL_ZONE)
        self.stage.portals.set_clock(now)
        return now

    def begin(self) -> None:
        """01:30: both readings and the build."""
        self.clock("01:30")
        for dag_id in (*INGEST, BUILD):
            self.stage.api.trigger(dag_id, self.name, {"day": self.day.isoformat()})

    def readings_end(self) -> None:
        """Wait for both readings, however they end."""
        for dag_id in INGEST:
            self.stage.ended(dag_id, self.name)

    def end(self) -> None:
        """Wait for the readings; from 06:00 on the build goes without one that failed."""
        self.readings_end()
        self.clock("06:00")
        self.stage.ended(BUILD, self.name)

    def kill(self, dag_id: str, *tasks: str) -> None:
        """Kill the process of each of these steps once."""
        for task_id in tasks:
            self.stage.kill_task(dag_id, self.name, task_id)

    def first_write(self, dag_id: str) -> str:
        """The first of a reading's tasks that ask the portal."""
        tasks = self.stage.api.tasks(dag_id, self.name)
        return min(str(task["task_id"]) for task in tasks if task["task_id"].startswith("write"))

    def is_alarm(self) -> bool:
        """07:00: whether the check of freshness rings."""
        self.clock("07:00")
        self.stage.api.trigger(FRESHNESS, self.name, {})
        return self.stage.ended(FRESHNESS, self.name) == "failed"

    def built(self) -> tuple[bool, str | None]:
        """Whether the day's newest build was shown and is of both portals' readings of that day; the reason told."""
        with self.stage.installation.cluster.connect(self.stage.installation.database) as connection:
            build = connection.execute(
                "select state = 'succeeded' and as_of >= %s, message_vi from ops.runs"
                " where kind = 'ranking' and day = %s order by run_id desc limit 1",
                [datetime.combine(self.day, datetime.min.time(), LOCAL_ZONE), self.day],
            ).fetchone()
            whole = connection.execute(
                "select count(distinct portal) = 2 from ops.runs"
                " where kind = 'reading' and day = %s and state = 'succeeded'",
                [self.day],
            ).fetchone()
            accepted = connection.execute(
                "select message_vi from ops.runs where kind = 'reading' and day = %s and message_vi is not null"
                " order by run_id desc limit 1",
                [self.day],
            ).fetchone()
        if build is None or whole is None:
            return False, None
        return bool(build[0] and whole[0]), build[1] or (accepted[0] if accepted else None)


def take_into_use(night: Night, known_from: datetime) -> None:
    """A first load from this moment on, and its ranking."""
    night.clock("01:30")
    for dag_id in INGEST:
        asked = {"day": night.day.isoformat(), "window_from": known_from.isoformat()}
        night.stage.api.trigger(dag_id, night.name, asked)
    night.stage.api.trigger(BUILD, night.name, {"day": night.day.isoformat()})
    night.end()


def quiet(night: Night) -> None:
    """Nothing happens"""
    night.begin()
    night.end()


def reading_killed(night: Night) -> None:
    """Each step of a reading killed -9 once"""
    night.begin()
    night.kill(NATIONAL, night.first_write(NATIONAL), "audit", "promote")
    night.end()


def build_killed(night: Night) -> None:
    """Each step of the build killed -9 once"""
    night.begin()
    night.kill(BUILD, "transform", "audit", "swap")
    night.end()


def down_all_night(night: Night) -> None:
    """The national portal is closed until morning"""
    with night.stage.fault("national_closed"):
        night.begin()
        night.end()


def late(night: Night) -> None:
    """The provincial portal opens at 04:30"""
    with night.stage.fault("provincial_closed"):
        night.begin()
        write = night.first_write(PROVINCIAL)
        night.stage.until(
            "the closed portal was tried five times",
            lambda: night.stage.tries(PROVINCIAL, night.name, write) >= 5,
        )
        night.clock("04:30")
    night.end()


def scheduler_killed_reading(night: Night) -> None:
    """The scheduler killed -9 while portals are read"""
    night.begin()
    while_runs(night, PROVINCIAL, night.first_write(PROVINCIAL))
    night.stage.kill_scheduler()
    night.end()


def scheduler_killed_building(night: Night) -> None:
    """The scheduler killed -9 while the build runs"""
    night.begin()
    while_runs(night, BUILD, "transform")
    night.stage.kill_scheduler()
    night.end()


def month_killed(night: Night) -> None:
    """The month is ranked; its step killed -9 once"""
    night.begin()
    night.end()
    night.clock("06:30")
    night.stage.api.trigger(RANK, night.name, {})
    night.kill(RANK, "transform")
    if night.stage.ended(RANK, night.name) != "success":
        raise DrillFailed(f"{RANK} of {night.day} did not succeed.")


def blocked_and_accepted(night: Night) -> None:
    """A batch stopped at the door in, accepted by a person"""
    with night.stage.fault("page_missing"):
        night.begin()
        night.readings_end()
    with night.stage.installation.cluster.connect(night.stage.installation.database) as connection:
        blocked = connection.execute(
            "select run_id from ops.runs where kind = 'reading' and state = 'blocked' and day = %s", [night.day]
        ).fetchall()
    if not blocked:
        raise DrillFailed(f"No batch was blocked on {night.day}.")
    for (run,) in blocked:
        accepted = {
            "run": run,
            "reason": "Diễn tập: đơn vị quản lý cổng đã xác nhận số liệu",
            "accepted_by": "Tổ trưởng tổ vận hành (diễn tập)",
        }
        night.stage.api.trigger(ACCEPT, f"{night.name}__{run}", accepted)
        night.stage.ended(ACCEPT, f"{night.name}__{run}")
        night.hands.append("accepted a blocked batch")
    night.end()


def release_rolled_back(night: Night) -> None:
    """A release stopped at the door out, then rolled back"""
    model = night.stage.release / "dbt_project/models/indicators/ind_scores_monthly.sql"
    limit = night.stage.release / "expectations/marts/agency_rankings_monthly.yml"
    before = {path: path.read_text(encoding="utf-8") for path in (model, limit)}
    model.write_text(before[model].replace("scored.points,", "round(scored.points / 2, 2) as points,", 1))
    limit.write_text(before[limit].replace("rows_lacking, max_value: 0}", "rows_lacking, max_value: -1}"))
    if any(path.read_text(encoding="utf-8") == text for path, text in before.items()):
        raise DrillFailed("The planted release changes nothing.")
    try:
        night.begin()
        night.end()
    finally:
        for path, text in before.items():
            path.write_text(text, encoding="utf-8")
    night.hands.append("rolled a release back")


def killed_in_every_try(night: Night) -> None:
    """The build's last step killed -9 in all its tries"""
    night.begin()
    with night.stage.marts_held():  # or a kill comes after the marts were shown, and the day is built
        night.kill(BUILD, *["swap"] * 4)
    night.end()


def future_date(night: Night) -> None:
    """A person types a day that has not come"""
    night.clock("01:30")
    for dag_id in (*INGEST, BUILD):
        typed = {"day": (night.day + timedelta(days=30)).isoformat()}
        night.stage.api.trigger(dag_id, f"{night.name}__typed", typed)
        if night.stage.ended(dag_id, f"{night.name}__typed") != "failed":
            raise DrillFailed(f"{dag_id} took a day that has not come.")
        night.hands.append("typed a future day, refused")
    quiet(night)


def while_runs(night: Night, dag_id: str, task_id: str) -> None:
    """Wait until a step of a night is at work."""
    night.stage.until(
        f"{dag_id}: {task_id} runs",
        lambda: any(
            task["task_id"] == task_id and task["state"] == "running" and task["pid"]
            for task in night.stage.api.tasks(dag_id, night.name)
        ),
    )


Trouble = Callable[[Night], None]

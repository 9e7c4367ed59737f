"""`./run drill fortnight`: two weeks of nights by the real scheduler on the simulated clock, with much trouble.

The simulated clock makes a night of minutes. The DAGs are those of every day; their runs are started for a stated
day, because Airflow's own schedule follows the wall clock. The pauses between tries are shortened by Airflow's
cluster policy (drills/airflow_config), their number is not. Nobody lends a hand but where a person decides.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from drills import night as nights
from drills.night import Night, Trouble
from drills.stage import DrillFailed, Stage, stage
from drills.undisturbed import Undisturbed, shown_by
from dvc766.clock import LOCAL_ZONE
from local_stack.installation import say

FIRST_DAY = date(2025, 5, 24)
LIFE = ["--life", "766", "--scale", "0.2"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens on a day, and what must come of it."""

    trouble: Trouble
    why_not: str | None = None  # a part of the reason that ops.runs has to give; None = the day must be built
    hands: int = 0  # what a person does


FORTNIGHT = (
    Plan(nights.quiet),
    Plan(nights.reading_killed),
    Plan(nights.build_killed),
    Plan(nights.down_all_night, why_not="còn thiếu dữ liệu của Cổng Dịch vụ công quốc gia"),
    Plan(nights.quiet),
    Plan(nights.late),  # what changed between 01:30 and 04:30 is read the next night
    Plan(nights.scheduler_killed_reading),
    Plan(nights.scheduler_killed_building),
    Plan(nights.month_killed),
    Plan(nights.blocked_and_accepted, hands=1),  # the missing rows are read the next night
    Plan(nights.release_rolled_back, why_not="Bảng xếp hạng bị chặn", hands=1),
    Plan(nights.killed_in_every_try, why_not="dừng mà không kịp khép lượt"),
    Plan(nights.future_date, hands=3),
    Plan(nights.quiet),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a day came to."""

    day: date
    plan: Plan
    is_built: bool  # of this day's readings of both portals
    reason: str | None  # of ops.runs, for its build or a reading
    hands: tuple[str, ...]
    is_alarm: bool
    stuck: str | None  # where the day could not be played as planned
    open_runs: int  # after the morning's check
    seconds: float

    def complaints(self) -> list[str]:
        """What did not hold."""
        plan = self.plan
        found = [self.stuck] if self.stuck else []
        if plan.why_not is None and not self.is_built:
            found.append("not built of its day's data")
        if plan.why_not is not None and self.is_built:
            found.append("built, although it could not be")
        if plan.why_not is not None and plan.why_not not in (self.reason or ""):
            found.append(f"does not say {plan.why_not!r}")
        if len(self.hands) != plan.hands:
            found.append(f"{len(self.hands)} hands instead of {plan.hands}")
        if self.open_runs:
            found.append(f"{self.open_runs} runs left open")
        if not self.is_built and not self.is_alarm:
            found.append("nobody was told at 07:00")
        return found


def main(arguments: Sequence[str]) -> int:
    """Play the fortnight, print a line for each day; 1 when a line does not hold."""
    options = argparse.ArgumentParser(prog="./run drill fortnight", description=__doc__)
    options.add_argument("--days", type=int, default=len(FORTNIGHT), help="only the first so many days")
    numbers = range(1, len(FORTNIGHT) + 1)
    options.add_argument("--only", type=int, nargs="+", choices=numbers, metavar="N", help="only these days, in a row")
    logging.getLogger("dvc766").setLevel(logging.ERROR)  # of the undisturbed pipeline; tasks have their own logs
    asked = options.parse_args(arguments)
    chosen = [FORTNIGHT[number - 1] for number in asked.only] if asked.only else FORTNIGHT[: asked.days]
    begin = time.monotonic()
    first = datetime.combine(FIRST_DAY, datetime.min.time(), LOCAL_ZONE)
    with stage([*LIFE, "--clock", first.isoformat()]) as own:
        say(f"Airflow is up after {time.monotonic() - begin:.0f} s: {own.scheduler.url}")
        undisturbed = Undisturbed.beside(own.installation, own.release)
        outcomes = []
        for number, plan in enumerate(chosen):
            outcomes.append(_play(own, undisturbed, FIRST_DAY + timedelta(days=number), plan))
            say(_line(outcomes[-1]))
        left = own.open_runs()
        undisturbed.rank()
        is_same = shown_by(own.installation) == shown_by(undisturbed.installation)
    print("\n".join(["", _HEADING, *map(_line, outcomes)]))
    bad = [outcome for outcome in outcomes if outcome.complaints()]
    print(
        f"\n{len(outcomes)} days, {sum(outcome.is_built for outcome in outcomes)} built of their own data,"
        f" {sum(len(outcome.hands) for outcome in outcomes)} hands where a person decides, {left} runs left open,"
        f" the marts {'equal' if is_same else 'DIFFER FROM'} those of undisturbed days;"
        f" {time.monotonic() - begin:.0f} s. {'Everything held.' if not bad and is_same and not left else 'NOT HELD.'}"
    )
    return 1 if bad or left or not is_same else 0


def _play(own: Stage, undisturbed: Undisturbed, day: date, plan: Plan) -> Outcome:
    begin = time.monotonic()
    night = Night(own, day)
    undisturbed.read(night.clock("01:30"))
    stuck = None
    try:
        plan.trouble(night)
    except DrillFailed as failed:  # told in the day's line; the following days are played all the same
        stuck = str(failed).partition("\n")[0]
    is_alarm = night.is_alarm()
    is_built, reason = night.built()
    return Outcome(
        day=day,
        plan=plan,
        is_built=is_built,
        reason=reason,
        hands=tuple(night.hands),
        is_alarm=is_alarm,
        stuck=stuck,
        open_runs=own.open_runs(),
        seconds=time.monotonic() - begin,
    )


_HEADING = f"{'day':10}  {'what happened':52}  built  07:00  {'s':>4}  holds  reason in ops.runs"


def _line(outcome: Outcome) -> str:
    what = (outcome.plan.trouble.__doc__ or "").strip()
    complaints = outcome.complaints()
    told = (outcome.reason or "").partition("\n")[0]
    return (
        f"{outcome.day:%Y-%m-%d}  {what:52}  {'yes' if outcome.is_built else 'no':5}"
        f"  {'ALARM' if outcome.is_alarm else 'ok':5}  {outcome.seconds:4.0f}"
        f"  {'NO' if complaints else 'yes':5}  {told[:110]}" + "".join(f"\n{'':12}- {each}" for each in complaints)
    )

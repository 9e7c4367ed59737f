"""What who follows a runbook has before him: a shell, Airflow, and the pages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from drills.night import Night
from drills.runbook_pages import RUNBOOKS, commands, shell_blocks
from drills.stage import DrillFailed, Stage
from local_stack.paths import ROOT, local
from local_stack.services import publications

FIRST_DAY = date(2025, 6, 5)
LIMIT_SECONDS = 600


@dataclass(slots=True)
class Desk:
    """The stage as the one on duty sees it, the nights one after another, and what was typed and clicked."""

    stage: Stage
    today: date = FIRST_DAY
    typed: list[tuple[str, str]] = field(default_factory=list)  # the page, and the command as it was typed
    clicked: int = 0

    @classmethod
    @contextmanager
    def over(cls, own: Stage) -> Iterator[Desk]:
        """`./run` looks at the stage's warehouse until the end; nothing is left of what an earlier drill published."""
        for left in (publications(own.installation), own.installation.editions):
            shutil.rmtree(left, ignore_errors=True)
        in_use = local("database-in-use")
        before = in_use.read_text(encoding="utf-8") if in_use.exists() else None
        own.installation.take_into_use()
        try:
            yield cls(own)
        finally:
            in_use.unlink() if before is None else in_use.write_text(before, encoding="utf-8")

    def next_night(self) -> Night:
        """The night after the last one."""
        self.today += timedelta(days=1)
        return Night(self.stage, self.today)

    def clock(self, day: date, hour: str) -> None:
        """Set the simulated clock."""
        self.today = day
        Night(self.stage, day).clock(hour)

    def server(self) -> dict[str, str]:
        """The environment that programs have on a server."""
        return self.stage.installation.environment()

    def follow(
        self,
        page: str,
        begins: str,
        fill: Mapping[str, str] | None = None,
        *,
        statuses: Collection[int] = (0,),
        environment: Mapping[str, str] | None = None,
        where: Path = ROOT,
    ) -> str:
        """Type the command of a page that begins with these words, with its placeholders filled; what it printed.

        DrillFailed when the page has no such command, and when it ends with another status.
        """
        text = (RUNBOOKS / f"{page}.md").read_text(encoding="utf-8")
        wanted = begins.split()
        found = [words for words in commands(text) if words[1 : 1 + len(wanted)] == wanted]
        if not found:
            raise DrillFailed(f"{page} names no command that begins with {begins!r}.")
        words = [(fill or {}).get(word, word) for word in max(found, key=len)]
        self.typed.append((page, " ".join(words)))
        return self.type(words, statuses=statuses, environment=environment, where=where)

    def type(
        self,
        words: Sequence[str],
        *,
        statuses: Collection[int] = (0,),
        environment: Mapping[str, str] | None = None,
        where: Path = ROOT,
    ) -> str:
        """What a command printed; DrillFailed when it ends otherwise, or with a traceback."""
        command = [sys.executable if word == "python" else word for word in words]
        done = subprocess.run(
            command,
            cwd=where,
            env=dict(os.environ) | dict(environment or {}),
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
        if "Traceback" in done.stderr or done.returncode not in statuses:
            raise DrillFailed(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout if done.stdout.strip() else done.stderr

    def block(self, page: str) -> str:
        """Run a page's block for a shell; what it printed."""
        [block] = [block for name, block in shell_blocks() if name == f"{page}.md"]
        self.typed.append((page, block))
        return self.type(["bash", "-euc", block])

    def click(self, dag_id: str, conf: Mapping[str, Any] | None = None, *, state: str = "success") -> str:
        """Start a DAG by hand and wait for its end; the run's id. DrillFailed when it ends otherwise."""
        self.clicked += 1
        run_id = self.stage.api.trigger(dag_id, f"by_hand_{self.clicked}", conf or {})
        if (ended := self.stage.ended(dag_id, run_id)) != state:
            raise DrillFailed(f"{dag_id} {run_id} ended {ended}, not {state}.")
        return run_id

    def require(self, words: str, told: str) -> None:
        """DrillFailed unless the words were told."""
        if words not in told:
            raise DrillFailed(f"{words!r} was not told:\n{told[-3000:]}")

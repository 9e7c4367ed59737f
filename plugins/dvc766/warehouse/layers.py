"""Who wrote the layers between raw and marts: the table ops.build_steps.

A build writes in steps, one for each selector of the dbt project. What the layers hold follows from the
steps that wrote them, whatever became of the build afterwards: a build that was stopped at the door
out has written all the same. For instance:

    run 7 (code A)  facts written, ranking written, shown
    run 8 (code B)  facts written, ranking written, stopped at the door
    run 9 (code A)  the layers hold what B made: everything is made anew
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from dvc766.warehouse.run_life import Run
from dvc766.warehouse.sessions import RunRefused, transaction

# The newest build that wrote everything, and whether each step since then was finished by the present code and
# reference rows. A step of the present run counts too: when it is tried again, its earlier try broke off.
_IS_SOUND = """
with steps as (
    select step.run_id, step.is_last, step.written_at, run.code_fingerprint, run.reference_fingerprint
    from ops.build_steps as step
    join ops.runs as run using (run_id)
),
whole as (
    select max(run_id) as run_id from steps where is_last and written_at is not null
)
select
    whole.run_id is not null
    and not exists (
        select from steps
        where
            steps.run_id >= whole.run_id
            and (
                steps.written_at is null
                or steps.code_fingerprint is distinct from %(code)s
                or steps.reference_fingerprint is distinct from %(reference)s
            )
    )
from whole
"""


def are_sound(engine: Engine, run: Run) -> bool:
    """Whether the layers hold what the run's own code and reference rows made, without a broken step.

    If not, the build may not go on from what is there: it makes everything anew from raw.
    """
    values = {"code": run.code_fingerprint, "reference": run.reference_fingerprint}
    with transaction(engine) as connection:
        row = connection.execute(_IS_SOUND, values).fetchone()
    return row is not None and bool(row[0])


@contextmanager
def writing(engine: Engine, run: Run, step: str, *, is_last: bool) -> Iterator[None]:
    """Records that a step writes the layers, and at the end of the block that it has finished."""
    key = {"run_id": run.run_id, "step": step, "is_last": is_last}
    with transaction(engine) as connection:
        connection.execute(
            "insert into ops.build_steps (run_id, step, is_last) values (%(run_id)s, %(step)s, %(is_last)s)"
            " on conflict (run_id, step) do update set written_at = null",
            key,
        )
    yield
    with transaction(engine) as connection:
        connection.execute(
            "update ops.build_steps set written_at = clock_timestamp() where run_id = %(run_id)s and step = %(step)s",
            key,
        )


def require_judged(engine: Engine, run_id: int) -> None:
    """Raise RunRefused unless the door out let pass what the run's last step wrote.

    A verdict belongs to what was judged: a step that was done again after the audit needs another audit.
    """
    with transaction(engine) as connection:
        row = connection.execute(
            "with written as ("
            "select max(written_at) as at, bool_and(written_at is not null) as is_whole"
            " from ops.build_steps where run_id = %(run_id)s"
            ") select count(*), count(*) filter (where severity = 'critical' and not passed)"
            " from ops.check_results join written on written.is_whole and checked_at > written.at"
            " where run_id = %(run_id)s and door = 'out'",
            {"run_id": run_id},
        ).fetchone()
    checks, failed = row or (0, 0)
    if not checks or failed:
        raise RunRefused(
            f"Bảng xếp hạng của lượt {run_id} chưa qua bước kiểm tra sau lần tính cuối"
            f" ({checks} điều kiện, {failed} không đạt).\n"
            "Việc cần làm: chạy lại nhiệm vụ audit của lượt này, rồi đến swap."
        )

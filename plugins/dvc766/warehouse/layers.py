"""Who wrote the layers between raw and marts, and what of the portals' records they hold.

A build writes the layers as a whole. What they hold follows from the builds that wrote them, whatever became of
those afterwards: a build that was stopped at the door out has written all the same. For instance:

    run 7 (code A)  written, shown
    run 8 (code B)  written, stopped at the door
    run 9 (code A)  the layers hold what B made: everything is made anew
    run 10 (code A) broke off halfway
    run 11 (code A) takes up what is newer than the versions of run 9, once more
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Engine

from dvc766.warehouse.run_life import Run
from dvc766.warehouse.sessions import RunRefused, transaction

# The versions of the newest build that came to its end, unless it or a later one was made by other code or rows.
_VERSIONS = """
with builds as (
    select run_id, versions, written_at, code_fingerprint, reference_fingerprint
    from ops.runs
    where writing_at is not null
),
whole as (
    select run_id, versions from builds where written_at is not null order by run_id desc limit 1
)
select whole.versions
from whole
where not exists (
    select from builds
    where
        builds.run_id >= whole.run_id
        and (
            builds.code_fingerprint is distinct from %(code)s
            or builds.reference_fingerprint is distinct from %(reference)s
        )
)
"""


def versions_held(engine: Engine, run: Run) -> Mapping[str, int] | None:
    """The newest version, by table of raw, that the layers take into account; None when all is to be made anew.

    They are those of the last build that ended, by the run's own code and reference rows. What a build that
    broke off has written since is of newer versions only, and is written again.
    """
    values = {"code": run.code_fingerprint, "reference": run.reference_fingerprint}
    with transaction(engine) as connection:
        row = connection.execute(_VERSIONS, values).fetchone()
    return None if row is None else row[0]


@contextmanager
def writing(engine: Engine, run: Run) -> Iterator[None]:
    """Records that a build writes the layers, and at the end of the block that it has finished."""
    with transaction(engine) as connection:
        connection.execute(
            "update ops.runs set writing_at = clock_timestamp(), written_at = null where run_id = %s", (run.run_id,)
        )
    yield
    with transaction(engine) as connection:
        connection.execute("update ops.runs set written_at = clock_timestamp() where run_id = %s", (run.run_id,))


def require_judged(engine: Engine, run_id: int) -> None:
    """Raise RunRefused unless the door out let pass what the run wrote.

    A verdict belongs to what was judged: a build that was done again after the audit needs another audit.
    """
    with transaction(engine) as connection:
        row = connection.execute(
            "select count(*), count(*) filter (where severity = 'critical' and not passed)"
            " from ops.check_results join ops.runs as run using (run_id)"
            " where run_id = %(run_id)s and door = 'out' and checked_at > run.written_at",
            {"run_id": run_id},
        ).fetchone()
    checks, failed = row or (0, 0)
    if not checks or failed:
        raise RunRefused(
            f"Bảng xếp hạng của lượt {run_id} chưa qua bước kiểm tra sau lần tính cuối"
            f" ({checks} điều kiện, {failed} không đạt).\n"
            "Việc cần làm: chạy lại nhiệm vụ audit của lượt này, rồi đến swap."
        )

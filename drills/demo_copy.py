"""A copy of the demo's warehouse that a drill may spoil, and late data for its frozen months."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from psycopg import sql

from dvc766.failures import NeedsAPerson
from local_stack import installation
from local_stack.installation import Installation
from local_stack.postgres import Cluster

# The first dossiers, by code, that ended in time in a frozen month leave the portal.
_LATE = """
with chosen as (
    select kept.province_code, kept.source_id, row_number() over (order by kept.source_id) as number
    from published.dossier_months as kept
    where kept.period_month = %(month)s and kept.revision = 1 and kept.source = 'provincial_portal'
        and kept.is_timed and kept.is_on_time
    order by kept.source_id
    limit %(dossiers)s
)
insert into raw.provincial_portal__dossiers overriding system value
select (jsonb_populate_record(null::raw.provincial_portal__dossiers, to_jsonb(newest) || jsonb_build_object(
    'version_id', (select max(version_id) from raw.provincial_portal__dossiers) + chosen.number,
    'known_from', (select max(known_from) + interval '1 hour' from ops.ledger),
    'is_deleted', true
))).*
from chosen
inner join lateral (
    select * from raw.provincial_portal__dossiers as version
    where version.province_code = chosen.province_code and version.source_id = chosen.source_id
    order by version_id desc limit 1
) as newest on true
"""


class DemoMissing(NeedsAPerson):
    """There is no warehouse of the demo, or none that the demo brought to its end."""


class NothingLate(RuntimeError):
    """No late data could be planted: the month has no dossier that ended in time."""


def require_demo(cluster: Cluster) -> None:
    """DemoMissing when there is no warehouse of the demo, or one without a frozen month: the demo ended early."""
    if not cluster.has_database(installation.DEMO):
        raise DemoMissing("There is no warehouse of the demo.\nNext: ./run demo, then this drill.")
    with cluster.connect(installation.DEMO) as owner:
        table = owner.execute("select to_regclass('published.revisions')").fetchall()[0][0]
        if table is None or not owner.execute("select from published.revisions limit 1").fetchall():
            raise DemoMissing("The demo did not come to its end: no month of it is frozen.\nNext: ./run demo again.")


@contextmanager
def copy_of_the_demo(name: str) -> Iterator[Installation]:
    """An installation over a copy of the demo's warehouse, dropped at the end; the server is left as it was found."""
    own = installation.embedded(name)
    server_ran = own.cluster.is_running()
    own.cluster.start()
    try:
        require_demo(own.cluster)
        own.cluster.drop_database(name)
        with own.cluster.connect() as owner:
            owner.execute(
                sql.SQL("create database {} template {}").format(
                    sql.Identifier(name), sql.Identifier(installation.DEMO)
                )
            )
        own.ensure_warehouse()
        yield own
        own.cluster.drop_database(name)
    finally:
        if not server_ran:
            own.cluster.stop()


def plant_late_data(own: Installation, month: date, dossiers: int = 3) -> None:
    """Let some dossiers that a frozen month counts as in time be gone from the portal, as of a later reading."""
    with own.cluster.connect(own.database) as owner:
        planted = owner.execute(_LATE, {"month": month, "dossiers": dossiers}).rowcount
    if planted < 1:
        raise NothingLate(f"{month:%m/%Y} has no dossier that ended in time.")

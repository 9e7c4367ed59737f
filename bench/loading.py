"""Loading: the portal's records into raw, against a COPY of the same typed rows.

"from memory" takes rows that are read already: it hashes, lands, compares with what is known, and writes
versions, quarantine, ledger and cursor. "through HTTP" reads and normalises them before, a list, a
details and a fees call for each page of dossiers. The plain COPY puts ready-made lines into tables
without keys, no disk waited for: the least any loader can do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import Engine

from bench.portal import provincial_portal
from bench.rounds import WrongSum, table, take_turns, tell
from bench.server import Server, Warehouse
from dvc766.clock import LOCAL_ZONE
from dvc766.portals import open_portal
from dvc766.portals.codes import read_known_codes
from dvc766.portals.contract import Batch, Resource, Window
from dvc766.portals.provincial_fields import PROVINCIAL
from dvc766.settings import PortalSettings
from dvc766.warehouse.engine import engine_for
from dvc766.warehouse.landing import RecordStream, land
from dvc766.warehouse.promotion import promote
from dvc766.warehouse.run_life import finish_run, start_run
from dvc766.warehouse.tables import table_name

AS_OF = datetime(2025, 10, 1, 0, 30, tzinfo=LOCAL_ZONE)
WINDOW = Window(None, AS_OF)
_CHUNK = 1 << 17
_TABLES = {table_name(PROVINCIAL, one): [field.column for field in one.fields] for one in PROVINCIAL.resources}


def run(server: Server, *, scale: float, rounds: int, answer_ms: int) -> str:
    """The table, for a portal that takes `answer_ms` to answer; WrongSum when raw does not hold what was copied."""
    warehouse = server.warehouse("loading")
    tell("starting the simulator")
    with provincial_portal(scale, answer_ms) as portal:
        engine = engine_for(warehouse.settings.warehouse, "extractor")
        loading = _Loading(warehouse, portal, engine)
        tell("reading once, to have the portal's replies in memory")
        loading.through_http()
        lines = loading.keep_lines()
        ways: dict[str, Callable[[int], float]] = {
            "plain COPY": loading.copy,
            "from memory": loading.from_memory,
            "through HTTP": loading.through_http,
            "through HTTP again": loading.again,
        }
        seconds = take_turns(ways, rounds)
        loading.check_sums()
        engine.dispose()
    notes = {
        "plain COPY": f"{loading.records:,} records, {lines / (1 << 20):.0f} MB of text",
        "from memory": "hash, landing, versions, quarantine, ledger, cursor",
        "through HTTP": f"{loading.records / min(seconds['through HTTP']):,.0f} records a second at best",
        "through HTTP again": "all unchanged: no row written",
    }
    title = f"Loading the records of a provincial portal that answers after {answer_ms} ms"
    return table(title, seconds, "plain COPY", notes)


class _Kept:
    """A reading that can be read again."""

    def __init__(self, reading: RecordStream) -> None:
        self._batches = list(reading)
        self.declared, self.fell = reading.declared, reading.fell

    def __iter__(self) -> Iterator[Batch]:
        return iter(self._batches)


class _Loading:
    def __init__(self, warehouse: Warehouse, portal: PortalSettings, engine: Engine) -> None:
        self._warehouse, self._portal, self._engine = warehouse, portal, engine
        self._known_codes = read_known_codes(warehouse.settings.portal_codes, PROVINCIAL)
        self._lines: dict[str, bytes] = {}
        self._kept: dict[str, _Kept] = {}
        self.records = 0

    def through_http(self, _: int = 0) -> float:
        """Load into an empty warehouse from the portal."""
        self._empty()
        return self._load(open_portal(PROVINCIAL, self._portal, self._known_codes).read)

    def from_memory(self, _: int) -> float:
        """Load into an empty warehouse what the portal gave once."""
        if not self._kept:
            reader = open_portal(PROVINCIAL, self._portal, self._known_codes)
            self._kept = {one.name: _Kept(reader.read(one, WINDOW)) for one in PROVINCIAL.resources}
        self._empty()
        return self._load(lambda one, _: self._kept[one.name])

    def again(self, _: int) -> float:
        """Load the same records from the portal a second time."""
        if not self._versions():
            self.through_http()
        before = self._versions()
        seconds = self._load(open_portal(PROVINCIAL, self._portal, self._known_codes).read)
        if self._versions() != before:
            raise WrongSum("a second load of the same records wrote rows")
        return seconds

    def _empty(self) -> None:
        with self._warehouse.connect() as owner:
            owner.execute(f"truncate ops.ledger, ops.cursors, {', '.join(f'raw.{name}' for name in _TABLES)}")

    def _load(self, read: Callable[[Resource, Window], RecordStream]) -> float:
        start = time.perf_counter()
        run_id = start_run(self._engine, "bench", PROVINCIAL.code, AS_OF)
        fetched = 0
        for one in PROVINCIAL.resources:
            pages = read(one, WINDOW)
            batch = land(self._engine, run_id, PROVINCIAL, one, self._portal.province_code, WINDOW, pages)
            fetched += promote(self._engine, PROVINCIAL, one, batch.batch_id).fetched
        finish_run(self._engine, run_id, "succeeded")
        self.records = fetched
        return time.perf_counter() - start

    def keep_lines(self) -> int:
        """Keep the landed rows as COPY's text, and make plain tables for them; how many bytes."""
        with self._warehouse.connect() as owner:
            owner.execute("create schema plain")
            for name, columns in _TABLES.items():
                selected = ", ".join(columns)
                owner.execute(f"create table plain.{name} as select {selected} from landing.{name} limit 0")
                with owner.cursor().copy(f"copy landing.{name} ({selected}) to stdout") as rows:
                    self._lines[name] = b"".join(rows)
        return sum(map(len, self._lines.values()))

    def copy(self, _: int) -> float:
        """COPY the kept lines into the emptied plain tables."""
        with self._warehouse.connect() as owner:
            owner.execute(f"truncate {', '.join(f'plain.{name}' for name in _TABLES)}")
            start = time.perf_counter()
            with owner.transaction():
                for name, lines in self._lines.items():
                    with owner.cursor().copy(f"copy plain.{name} from stdin") as copy:
                        for place in range(0, len(lines), _CHUNK):
                            copy.write(lines[place : place + _CHUNK])
            return time.perf_counter() - start

    def check_sums(self) -> None:
        """Raw holds the copied rows, each once, and nothing else."""
        with self._warehouse.connect() as owner:
            for name, columns in _TABLES.items():
                sums = {
                    schema: owner.execute(
                        "select count(*), coalesce(sum(hashtextextended(row::text, 0)::numeric), 0)"
                        f" from (select {', '.join(columns)} from {schema}.{name}) as row"
                    ).fetchone()
                    for schema in ("plain", "raw")
                }
                if sums["plain"] != sums["raw"]:
                    raise WrongSum(f"{name}: raw holds {sums['raw']}, copied were {sums['plain']}")

    def _versions(self) -> int:
        with self._warehouse.connect() as owner:
            return sum(owner.execute(f"select count(*) from raw.{name}").fetchall()[0][0] for name in _TABLES)

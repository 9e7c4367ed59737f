"""Two sessions on one resource: one writes, the other waits or is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import Engine, event

from dvc766.portals.contract import Batch, Window
from dvc766.warehouse.landing import land
from dvc766.warehouse.promotion import promote
from dvc766.warehouse.sessions import WarehouseBusy
from tests.dvc766.warehouse.readings import PROVINCE, Pages, Warehouse, page, rating, reading

Day = Callable[[int], datetime]


def test_two_promotions_of_one_batch_write_it_once(warehouse: Warehouse, day: Day) -> None:
    run_id = warehouse.start(day(2))
    rows = [rating(str(number), day(1)) for number in range(2_000)]
    batch = warehouse.land(run_id, warehouse.ratings, Window(None, day(2)), reading(rows))
    together = threading.Barrier(2)

    def one_of_two() -> object:
        together.wait(timeout=30)
        return promote(warehouse.engine, warehouse.portal, warehouse.ratings, batch.batch_id)

    with ThreadPoolExecutor(2) as pool:
        first, second = (future.result(timeout=60) for future in [pool.submit(one_of_two) for _ in range(2)])
    assert first == second
    assert len(warehouse.versions(warehouse.ratings)) == 2_000


def test_a_landing_under_way_keeps_others_out(warehouse: Warehouse, extractor: Engine, day: Day) -> None:
    """The second run is told to wait instead of truncating what the first is still writing."""
    first, second = warehouse.start(day(2)), warehouse.start(day(2))

    @event.listens_for(extractor, "checkout")
    def be_impatient(connection: object, *_: object) -> None:
        connection.execute("set lock_timeout = '100ms'")  # type: ignore[attr-defined]

    class Meanwhile(Pages):
        def __iter__(self) -> Iterator[Batch]:
            yield page([rating("a", day(1))])
            with pytest.raises(WarehouseBusy, match=r"Một phiên khác đang ghi provincial_portal\.ratings"):
                land(
                    extractor, second, warehouse.portal, warehouse.ratings, PROVINCE, Window(None, day(2)), reading([])
                )  # fmt: skip
            yield page([rating("b", day(1))])

    batch = warehouse.land(first, warehouse.ratings, Window(None, day(2)), Meanwhile())
    assert promote(extractor, warehouse.portal, warehouse.ratings, batch.batch_id).new == 2

"""What a portal gives for a window, and asking many things at once."""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, Protocol, TypeVar

from dvc766.portals.contract import Batch, Doubt, Glance, Resource, Window
from dvc766.portals.errors import RecordRejected
from dvc766.portals.json_body import Decoder
from dvc766.portals.normalise import RecordReader

log = logging.getLogger(__name__)

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_ID_SHOWN = 60


@dataclass
class PortalAnswer:
    """Batches, read as they are taken; then `declared`, the portal's own total asked after the last.

    Each batch carries what `decoder` found repeated, and what was put into `doubts`, since the batch before.
    """

    batches: Callable[[PortalAnswer], Iterator[Batch]]
    decoder: Decoder | None = None
    declared: int | None = None
    fell: int = 0  # by how much the total is below what the portal said of the same window before
    doubts: list[Doubt] = field(default_factory=list)
    _highest: int = 0

    def declare(self, total: int | None) -> None:
        """The portal says, once more, how many records the window has."""
        self.declared = total
        if total is not None:
            self._highest = max(self._highest, total)
            self.fell = self._highest - total

    def __iter__(self) -> Iterator[Batch]:
        examples: dict[str, Doubt] = {}
        counts: Counter[str] = Counter()
        for batch in chain(self.batches(self), iter([Batch()])):  # the last one: what is found with the total
            self._hand_over(batch)
            for doubt in batch.doubts:
                examples.setdefault(doubt.kind, doubt)
                counts[doubt.kind] += 1
            if batch.fetched or batch.repeated_keys or batch.doubts:
                yield batch
        for kind, doubt in examples.items():
            log.warning(
                "%s: %d, for example %s of %s. Next step: show the records to the portal's operator.",
                *(kind, counts[kind], doubt.field, (doubt.source_id or "a record without a readable id")[:_ID_SHOWN]),
            )

    def _hand_over(self, batch: Batch) -> None:
        if self.decoder is not None:
            batch.repeated_keys += self.decoder.take_repeated_keys()
        found = len(self.doubts)  # others may be added meanwhile
        batch.doubts += self.doubts[:found]
        del self.doubts[:found]


class PortalReader(Protocol):
    """A portal one can read from."""

    def read(self, resource: Resource, window: Window) -> PortalAnswer:
        """The resource's records that changed in the window; whole lists where it has no window.

        Taking a batch may raise PortalUnavailable or PortalRefused; a bad record is a rejection in
        its batch and stops nothing.
        """

    def glance(self, resource: Resource, since: datetime | None, until: datetime | None) -> Glance:
        """When the first record changed from `since` on, and how many did before `until`, by one small call."""


def batch_of(reader: RecordReader, records: Iterable[Any]) -> Batch:
    """The records as rows and rejections."""
    batch = Batch()
    for record in records:
        batch.fetched += 1
        try:
            batch.rows.append(reader.read(record, batch.doubts))
        except RecordRejected as rejected:
            batch.rejections.append(rejected.rejection)
    return batch


def one_ahead(answers: Iterator[Answer]) -> Generator[Answer, None, None]:
    """The answers in their order; while one is worked on, a thread asks for the next, and for no other.

    An answer that fails does so in its turn, after those before it.
    """
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, answers, None)
        while (answer := coming.result()) is not None:
            coming = thread.submit(next, answers, None)
            yield answer


def in_parallel(ask: Callable[[Asked], Answer], questions: Iterable[Asked], parallel: int) -> Iterator[Answer]:
    """The answers in the order of the questions, `parallel` of them being asked at a time."""
    if parallel <= 1:
        yield from map(ask, questions)
        return
    waiting: deque[Future[Answer]] = deque()
    with ThreadPoolExecutor(parallel) as pool:
        try:
            for question in questions:
                waiting.append(pool.submit(ask, question))
                if len(waiting) > parallel:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

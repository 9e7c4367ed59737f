"""Procedures, announcing decisions and units, as the national exchange gives them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from dvc766.portals.contract import Batch
from dvc766.portals.exchange import Exchange
from dvc766.portals.normalise import RecordReader
from dvc766.portals.reading import PortalAnswer, batch_of, in_parallel
from dvc766.portals.wire_paths import get, id_at


class ExchangeRecords:
    """What the exchange knows of the province. One per run: it keeps the decisions it met."""

    def __init__(self, exchange: Exchange, parallel: int) -> None:
        self._exchange = exchange
        self._parallel = parallel

    def read_units(self, answer: PortalAnswer, reader: RecordReader) -> Iterator[Batch]:
        """LayDanhMucCoQuan, in one reply."""
        rows = self._exchange.ask("LayDanhMucCoQuan")
        answer.declared = len(rows)
        yield batch_of(reader, rows)

    def read_procedures(self, answer: PortalAnswer, reader: RecordReader) -> Iterator[Batch]:
        """LayDanhSachTTHC, and LayThuTuc of each."""
        listed = self._exchange.ask("LayDanhSachTTHC")
        found: set[str] = set()
        for row, detail in in_parallel(self._with_detail, listed, self._parallel):
            if detail is None:
                yield Batch([], [reader.missing(row, "details")], 1)
            else:
                found |= _decision_of(detail)
                yield batch_of(reader, [detail])
        self._decision_ids = found
        answer.declared = len({repr(row) for row in self._exchange.ask("LayDanhSachTTHC")})

    def read_decisions(self, answer: PortalAnswer, reader: RecordReader) -> Iterator[Batch]:
        """LayQDCB of every decision that a procedure names."""
        ids = sorted(self._decision_ids)

        def ask(decision_id: str) -> tuple[str, list[Any]]:
            return decision_id, self._exchange.ask("LayQDCB", idQDCB=decision_id)

        for decision_id, rows in in_parallel(ask, ids, self._parallel):
            # The reply does not repeat the id; of several rows the last is the one in force.
            own = {"IDQUYETDINHCONGBO": decision_id}
            if rows and isinstance(rows[-1], dict):
                yield batch_of(reader, [rows[-1] | own])
            else:
                yield Batch([], [reader.missing(own, "details")], 1)
        answer.declared = len(ids)

    def _with_detail(self, listed: Any) -> tuple[Any, Any]:
        """A listed procedure with its description; None where the exchange has none."""
        code = get(listed, "MATTHC") if isinstance(listed, dict) else None
        rows = self._exchange.ask("LayThuTuc", maTTHC=str(code)) if code else []
        return listed, rows[0] if rows else None

    @cached_property
    def _decision_ids(self) -> set[str]:
        """Ids of the decisions that the procedures name; met while reading those, or read for it."""
        listed = self._exchange.ask("LayDanhSachTTHC")
        details = (detail for _, detail in in_parallel(self._with_detail, listed, self._parallel))
        return {decision for detail in details for decision in _decision_of(detail)}


def _decision_of(detail: Any) -> set[str]:
    decision = id_at(detail, "IDQUYETDINHCONGBO")
    return set() if decision is None else {decision}

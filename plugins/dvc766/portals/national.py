"""Reading the national portal: its public REST interface and the exchange between servers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from dvc766.portals.access import option
from dvc766.portals.contract import Batch, Portal, Resource, Window
from dvc766.portals.exchange import Exchange, judge_exchange
from dvc766.portals.http import Host
from dvc766.portals.json_body import Decoder
from dvc766.portals.national_exchange import ExchangeRecords
from dvc766.portals.national_public import DEPARTMENTS, PublicInterface
from dvc766.portals.national_scores import Scores
from dvc766.portals.normalise import KnownCodes, RecordReader
from dvc766.portals.reading import Reading, batch_of, in_parallel
from dvc766.portals.values import LOST
from dvc766.portals.wire_paths import entries, get
from dvc766.settings import PortalSettings

SERVICES = "/submitting/formality/list-department-url-by-citizen"
FORMALITY = "/configuring/formality/get-formality-by-citizen"


class NationalReader:
    """Reads every resource of the national portal. One per run: what one resource shows is kept."""

    def __init__(
        self,
        portal: Portal,
        settings: PortalSettings,
        known_codes: KnownCodes,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._portal = portal
        self._known_codes = known_codes
        self._parallel = settings.manners.parallel
        self._decoder = Decoder(portal.code)
        self._public = PublicInterface(portal, settings, decoder=self._decoder, sleep=sleep)
        host = Host(
            portal.code,
            option(settings, "exchange_url"),
            settings.manners,
            judge=judge_exchange,
            ca_bundle=settings.ca_bundle,
            proxy=settings.proxy,
            decoder=self._decoder,
            headers={"dstcode": option(settings, "dstcode")},
            sleep=sleep,
        )
        exchange = Exchange(host, settings.login, settings.password, option(settings, "madonvi"))
        self._exchange = ExchangeRecords(exchange, self._parallel)
        self._scores = Scores(self._public)

    def read(self, resource: Resource, window: Window) -> Reading:
        """The resource's records, whole each time: nothing here can be asked by its change."""
        reads: dict[str, Callable[[Reading, RecordReader], Iterator[Batch]]] = {
            "departments": self._departments,
            "exchange_units": self._exchange.read_units,
            "formalities": self._formalities,
            "formality_details": self._formality_details,
            "department_services": self._services,
            "procedures": self._exchange.read_procedures,
            "decisions": self._exchange.read_decisions,
            "evaluations": lambda _, reader: self._scores.read(reader, window.end),
        }
        if resource.name not in reads:
            raise KeyError(f"{self._portal.code}: no call reads {resource.name!r}")
        reader = RecordReader(resource, self._known_codes)
        return Reading(lambda reading: reads[resource.name](reading, reader), self._decoder)

    def _departments(self, reading: Reading, reader: RecordReader) -> Iterator[Batch]:
        for rows in self._public.cursor_list(DEPARTMENTS, reading):
            yield batch_of(reader, rows)

    def _services(self, reading: Reading, reader: RecordReader) -> Iterator[Batch]:
        left_out = 0
        for rows in self._public.cursor_list(SERVICES, reading):
            ours = [row for row in rows if self._public.is_ours(row, "departmentCode")]
            left_out += len(rows) - len(ours)
            yield batch_of(reader, ours)
        if left_out:
            reading.declared = None  # the portal counts other provinces' rows too

    def _formalities(self, reading: Reading, reader: RecordReader) -> Iterator[Batch]:
        for items in self._public.formalities(lambda item: reader.source_id(item) or repr(item), reading):
            yield batch_of(reader, items)

    def _formality_details(self, reading: Reading, reader: RecordReader) -> Iterator[Batch]:
        ids = sorted(self._our_formalities())

        def ask(formality_id: str) -> tuple[str, dict[str, Any] | None]:
            return formality_id, self._public.ask(FORMALITY, {"id": formality_id})

        for formality_id, detail in in_parallel(ask, ids, self._parallel):
            if detail:
                yield batch_of(reader, [detail])
            else:
                yield Batch([], [reader.missing({"id": formality_id}, "details")], 1)
        reading.declared = len(ids)

    def _our_formalities(self) -> set[str]:
        """Ids of the procedures that the province's departments apply or publish."""
        public = self._public
        departments = {str(get(row, "id")) for row in public.departments if public.is_ours(row, "code")}
        found: set[str] = set()
        for rows in public.cursor_list(SERVICES):
            for row in rows:
                if isinstance(row, dict) and public.is_ours(row, "departmentCode"):
                    departments.add(str(get(row, "departmentId")))
                    found.add(str(get(row, "formalityId")))
        for items in public.formalities(repr):
            for item in items:
                if isinstance(item, dict) and departments & _departments_of(item):
                    found.add(str(get(item, "id")))
        return {found_id for found_id in found - {"None", ""} if LOST not in found_id}  # rejected with its row


def _departments_of(formality: dict[str, object]) -> set[str]:
    """The departments that own, publish or apply a procedure."""
    listed = [*entries(get(formality, "publishingDepartmentIds")), *entries(get(formality, "appliedDepartmentIds"))]
    return {str(department) for department in (get(formality, "departmentId"), *listed)}

"""Reading the national portal: its public REST interface and the exchange between servers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from dvc766.portals.access import option
from dvc766.portals.contract import Batch, Glance, KnownCodes, Portal, Resource, Window
from dvc766.portals.errors import RecordRejected
from dvc766.portals.exchange import Exchange, judge_exchange
from dvc766.portals.http import Host
from dvc766.portals.json_body import Decoder
from dvc766.portals.national_exchange import ExchangeRecords
from dvc766.portals.national_public import DEPARTMENTS, PublicInterface
from dvc766.portals.national_scores import Scores
from dvc766.portals.normalise import RecordReader
from dvc766.portals.reading import PortalAnswer, batch_of, in_parallel
from dvc766.portals.wire_paths import entries, get, id_at
from dvc766.settings import PortalSettings

log = logging.getLogger(__name__)

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
        self._settings = settings
        self._sleep = sleep
        self._scores = Scores(self._public)

    @cached_property
    def _exchange(self) -> ExchangeRecords:
        """The exchange; SettingsError when the connection has no access to it."""
        settings = self._settings
        host = Host(
            self._portal.code,
            option(settings, "exchange_url"),
            settings.manners,
            judge=judge_exchange,
            ca_bundle=settings.ca_bundle,
            proxy=settings.proxy,
            decoder=self._decoder,
            synthetic=settings.synthetic,
            headers={"dstcode": option(settings, "dstcode")},
            sleep=self._sleep,
        )
        exchange = Exchange(host, settings.login, settings.password, option(settings, "madonvi"))
        return ExchangeRecords(exchange, self._parallel)

    def read(self, resource: Resource, window: Window) -> PortalAnswer:
        """The resource's records, whole each time: nothing here can be asked by its change."""
        reads: dict[str, Callable[[PortalAnswer, RecordReader], Iterator[Batch]]] = {
            "departments": self._departments,
            "exchange_units": lambda answer, reader: self._exchange.read_units(answer, reader),
            "formalities": self._formalities,
            "formality_details": self._formality_details,
            "department_services": self._services,
            "procedures": lambda answer, reader: self._exchange.read_procedures(answer, reader),
            "decisions": lambda answer, reader: self._exchange.read_decisions(answer, reader),
            "evaluations": lambda _, reader: self._scores.read(reader, window.end),
            "evaluated_units": lambda _, reader: self._scores.read_units(reader, window.end),
        }
        if resource.name not in reads:
            raise KeyError(f"{self._portal.code}: no call reads {resource.name!r}")
        reader = RecordReader(resource, self._known_codes)
        return PortalAnswer(lambda answer: reads[resource.name](answer, reader), self._decoder)

    def glance(self, resource: Resource, since: datetime | None, until: datetime | None) -> Glance:
        """Nothing: no record of this portal can be asked for by its change."""
        return Glance(None)

    def _departments(self, answer: PortalAnswer, reader: RecordReader) -> Iterator[Batch]:
        rows = self._public.cursor_list(DEPARTMENTS, answer)
        return self._nationwide(rows, answer, reader, lambda row: self._public.is_ours(row, "code"))

    def _services(self, answer: PortalAnswer, reader: RecordReader) -> Iterator[Batch]:
        left_out = 0
        for rows in self._public.cursor_list(SERVICES, answer):
            ours = [row for row in rows if self._public.is_ours(row, "departmentCode")]
            left_out += len(rows) - len(ours)
            yield batch_of(reader, ours)
        if left_out:
            answer.declared = None  # the portal counts other provinces' rows too

    def _formalities(self, answer: PortalAnswer, reader: RecordReader) -> Iterator[Batch]:
        items = self._public.formalities(lambda item: reader.source_id(item) or repr(item), answer)
        return self._nationwide(items, answer, reader, self._concerns_us)

    def _nationwide(
        self,
        pages: Iterable[list[Any]],
        answer: PortalAnswer,
        reader: RecordReader,
        is_ours: Callable[[Any], bool],
    ) -> Iterator[Batch]:
        """A list of the whole country. What cannot be read and is another province's is left out before it
        counts: an unknown code of theirs is no trouble of ours."""
        left_out: set[str] = set()
        for items in pages:
            kept = []
            for item in items:
                if _is_readable(reader, item) or is_ours(item):
                    kept.append(item)
                else:
                    left_out.add(reader.source_id(item) or repr(item))
            yield batch_of(reader, kept)
        if left_out:
            log.info("%s: %d records of other provinces cannot be read.", reader.resource.name, len(left_out))
            if answer.declared is not None:
                answer.declared -= len(left_out)

    def _formality_details(self, answer: PortalAnswer, reader: RecordReader) -> Iterator[Batch]:
        ids = sorted(self._our_formalities())

        def ask(formality_id: str) -> tuple[str, dict[str, Any] | None]:
            return formality_id, self._public.ask(FORMALITY, {"id": formality_id})

        for formality_id, detail in in_parallel(ask, ids, self._parallel):
            if detail:
                yield batch_of(reader, [detail])
            else:
                yield Batch([], [reader.missing({"id": formality_id}, "details")], 1)
        answer.declared = len(ids)

    def _our_formalities(self) -> set[str]:
        """Ids of the procedures that the province's departments apply or publish."""
        items = (item for items in self._public.formalities(repr) for item in items if isinstance(item, dict))
        published = {id_at(item, "id") for item in items if self._ours.departments & _departments_of(item)}
        return _known(published) | self._ours.formalities  # an id that cannot be read is rejected with its row

    def _concerns_us(self, formality: Any) -> bool:
        """True when a department of the province applies or publishes it, and when that cannot be told."""
        if not isinstance(formality, dict):
            return True
        departments = _departments_of(formality)
        return (
            not departments
            or None in departments
            or not departments.isdisjoint(self._ours.departments)
            or id_at(formality, "id") in self._ours.formalities
        )

    @cached_property
    def _ours(self) -> _Ours:
        public = self._public
        departments = {id_at(row, "id") for row in public.departments if public.is_ours(row, "code")}
        applied: set[str | None] = set()
        for rows in public.cursor_list(SERVICES):
            for row in rows:
                if isinstance(row, dict) and public.is_ours(row, "departmentCode"):
                    departments.add(id_at(row, "departmentId"))
                    applied.add(id_at(row, "formalityId"))
        return _Ours(_known(departments), _known(applied))


class _Ours(NamedTuple):
    """Ids of the province's departments, and of the procedures they apply."""

    departments: set[str]
    formalities: set[str]


def _is_readable(reader: RecordReader, item: Any) -> bool:
    try:
        reader.read(item)
    except RecordRejected:
        return False
    return True


def _departments_of(formality: dict[str, Any]) -> set[str | None]:
    """The departments that own, publish or apply a procedure; None for one whose id cannot be read."""
    named = [
        get(formality, "departmentId"),
        *entries(get(formality, "publishingDepartmentIds")),
        *entries(get(formality, "appliedDepartmentIds")),
    ]
    return {id_at({"id": department}, "id") for department in named if department}


def _known(ids: set[str | None]) -> set[str]:
    """The ids without the places where there was none that can be read."""
    return {one for one in ids if one is not None}

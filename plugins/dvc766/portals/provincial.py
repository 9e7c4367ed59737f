"""Reading the provincial portal: the gateway's dossiers, agencies and petitions, and local records.

Paths and parameters are data; each quirk stands with its reason. Assumed names (no public source
shows them): `updated-from`, `updated-to`, the details call, `modifiedFrom`, `modifiedTo`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Any
from unicodedata import normalize

from dvc766.portals.access import Asks, Token, TokenHost, option
from dvc766.portals.changes import ChangedRecords
from dvc766.portals.contract import Batch, Glance, KnownCodes, Portal, Resource, Window
from dvc766.portals.http import Host, ReplyJudge, Verdict, any_answer
from dvc766.portals.instants import LOCAL
from dvc766.portals.json_body import Decoder
from dvc766.portals.normalise import RecordReader
from dvc766.portals.pages import Bound, ListCall, Page, pages_until_complete
from dvc766.portals.provincial_dossiers import IDS_AT_A_TIME, DossierParts
from dvc766.portals.provincial_fields import DOSSIER_PARTS
from dvc766.portals.reading import PortalAnswer, batch_of, in_parallel, one_ahead
from dvc766.portals.sending import Call
from dvc766.portals.values import whole
from dvc766.portals.wire_paths import flag, get, listed
from dvc766.settings import PortalSettings

GATEWAY_LISTS = {"dossiers": "/pa/dossier/search", "petitions": "/pe/petition/--search"}
AGENCIES = "/ba/agency/name+code"
LOCAL_LISTS = {
    "payment_requests": "/api/v1/YeuCauThanhToans",
    "payment_transactions": "/api/v1/GiaoDichThanhToans",
    "ratings": "/api/v1/DanhGiaHaiLongs",
}
AGENCIES_AT_A_TIME = 2000

MakesBatches = Callable[[PortalAnswer, RecordReader, Iterator[list[Any]]], Iterator[Batch]]
"""What becomes of the pages of a list."""


def judge_gateway(reply: Any) -> Verdict:
    """The gateway answers lists or pages; an object without a page is an error with status 200."""
    return Verdict.FAILED if listed(reply, "content") is None else Verdict.GOOD


def judge_local(reply: Any) -> Verdict:
    """The local records answer pages; a used-up daily quota comes as succeeded=false with status 200."""
    if listed(reply, "data") is not None and get(reply, "succeeded") is not False:
        return Verdict.GOOD
    message = normalize("NFC", str(get(reply, "message") or get(reply, "messages") or "")).casefold()
    return Verdict.QUOTA if "giới hạn" in message and "ngày" in message else Verdict.FAILED


class ProvincialReader:
    """Reads every resource of the provincial portal."""

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
        self._manners = settings.manners

        self._decoder = Decoder(portal.code)

        def host(url: str, judge: ReplyJudge = any_answer) -> Host:
            return Host(
                portal.code,
                url,
                settings.manners,
                judge=judge,
                ca_bundle=settings.ca_bundle,
                proxy=settings.proxy,
                decoder=self._decoder,
                synthetic=settings.synthetic,
                sleep=sleep,
            )

        token = Token(host(option(settings, "token_url")), settings.login, settings.password)
        self._gateway: Asks = TokenHost(host(settings.base_url, judge_gateway), token)
        self._petitions: Asks = TokenHost(host(option(settings, "petitions_url"), judge_gateway), token)
        self._local: Asks = TokenHost(host(option(settings, "local_url"), judge_local), token)

    def read(self, resource: Resource, window: Window) -> PortalAnswer:
        """The resource's records that changed in the window; a sweep reads all there are now."""
        reader = RecordReader(resource, self._known_codes)
        if resource.name == "agencies":
            return PortalAnswer(lambda answer: self._agencies(answer, reader), self._decoder)
        if resource.name == "dossiers":
            reader = RecordReader(resource, self._known_codes, DOSSIER_PARTS)
            return PortalAnswer(lambda answer: self._changed(answer, reader, window, self._dossiers), self._decoder)
        if resource.name in GATEWAY_LISTS or resource.name in LOCAL_LISTS:
            return PortalAnswer(lambda answer: self._changed(answer, reader, window, _as_they_are), self._decoder)
        raise KeyError(f"{self._portal.code}: no call reads {resource.name!r}")

    def glance(self, resource: Resource, since: datetime | None, until: datetime | None) -> Glance:
        """When the first record changed from `since` on, and how many did before `until`."""
        page = self._fetch(resource)(resource.name, since, until, 0, 1)
        reader = RecordReader(resource, self._known_codes)
        return Glance(reader.changed_at(page.items[0]) if page.items else None, page.total)

    def _changed(
        self, answer: PortalAnswer, reader: RecordReader, window: Window, batches: MakesBatches
    ) -> Iterator[Batch]:
        # The end of a sweep has no upper bound: a record changed while we read would look deleted.
        start, end = window.start, None if window.sweep and window.is_last else window.end
        name = reader.resource.name
        fetch = self._fetch(reader.resource)
        size = self._manners.page_size

        def look(since: datetime | None, until: datetime | None, number: int) -> Page:
            page = fetch(name, since, until, number, size)
            if (since, until, number) == (start, end, 0):
                answer.declare(page.total)
            return page

        pages = ChangedRecords(look, reader, self._call(name), answer.doubts).between(start, end)
        yield from batches(answer, reader, pages)
        answer.declare(fetch(name, start, end, 0, 1).total)

    def _dossiers(self, answer: PortalAnswer, reader: RecordReader, pages: Iterator[list[Any]]) -> Iterator[Batch]:
        parts = DossierParts(self._portal.code, self._gateway, reader, answer.doubts)
        records = chain.from_iterable(pages)
        chunks = iter(lambda: list(islice(records, IDS_AT_A_TIME)), [])
        for found, lacking in one_ahead(in_parallel(parts.completed, chunks, self._manners.parallel)):
            batch = batch_of(reader, found)
            batch.fetched += len(lacking)
            batch.rejections += [reader.missing(record, "details") for record in lacking]
            yield batch

    def _call(self, name: str) -> ListCall:
        if name in LOCAL_LISTS:
            return ListCall(self._portal.code, f"GET {LOCAL_LISTS[name]}", "modifiedFrom", "modifiedTo", "orderBy")
        return ListCall(self._portal.code, f"GET {GATEWAY_LISTS[name]}", "updated-from", "updated-to", "sort")

    def _fetch(self, resource: Resource) -> Callable[[str, datetime | None, datetime | None, int, int], Page]:
        return self._local_page if resource.name in LOCAL_LISTS else self._gateway_page

    def _gateway_page(self, name: str, since: datetime | None, until: datetime | None, number: int, size: int) -> Page:
        path = GATEWAY_LISTS[name]
        host = self._petitions if name == "petitions" else self._gateway
        params = {
            "page": number,
            "size": size,
            "spec": "page",  # a slice may lack the total
            "sort": "updatedDate,asc",
            "updated-from": _moment(since),
            "updated-to": _moment(until),
        }
        if name == "dossiers":
            params["remove-status"] = 0
        reply = host.ask(Call(f"GET {path}", "GET", path, params=params))
        items = listed(reply, "content") or []
        return Page(items, whole(get(reply, "totalElements")), _is_last(reply, number, len(items) < size), size)

    def _local_page(self, name: str, since: datetime | None, until: datetime | None, number: int, size: int) -> Page:
        path = LOCAL_LISTS[name]
        params = {
            "pageNumber": number + 1,
            "pageSize": size,  # never left out: the portal's default is everything at once
            "orderBy": "lastModifiedOn",
            "modifiedFrom": _moment(since),
            "modifiedTo": _moment(until),
        }
        reply = self._local.ask(Call(f"GET {path}", "GET", path, params=params))
        items = listed(reply, "data") or []
        more = flag(reply, "hasNextPage")
        return Page(items, whole(get(reply, "totalCount")), len(items) < size if more is None else not more, size)

    def _agencies(self, answer: PortalAnswer, reader: RecordReader) -> Iterator[Batch]:
        size = AGENCIES_AT_A_TIME

        def fetch(number: int) -> Page:
            reply = self._gateway.ask(Call(f"GET {AGENCIES}", "GET", AGENCIES, params={"page": number, "size": size}))
            items = listed(reply, "content") or []
            answer.declare(whole(get(reply, "totalElements")))
            holds = min(size, whole(get(reply, "size")) or size)
            return Page(items, answer.declared, _is_last(reply, number, len(items) < holds), holds)

        bound = Bound(ListCall(self._portal.code, f"GET {AGENCIES}"))
        mark = reader.source_id
        for items in pages_until_complete(fetch, lambda item: mark(item) or repr(item), bound, doubts=answer.doubts):
            yield batch_of(reader, items)


def _is_last(reply: Any, number: int, has_room: bool) -> bool:
    """Whether a gateway's page calls itself the last; where it does not say, the pages, or its room, tell."""
    last, pages = flag(reply, "last"), whole(get(reply, "totalPages"))
    if last is not None:
        return last
    return has_room if pages is None else number + 1 >= pages


def _as_they_are(_: PortalAnswer, reader: RecordReader, pages: Iterator[list[Any]]) -> Iterator[Batch]:
    return (batch_of(reader, page) for page in one_ahead(pages))


def _moment(instant: datetime | None) -> str | None:
    """The gateway's own way of writing an instant; None leaves the parameter out."""
    if instant is None:
        return None
    local = instant.astimezone(LOCAL)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03}+0700"

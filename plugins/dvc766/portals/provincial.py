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
from urllib.parse import quote

from dvc766.portals.access import Asks, Token, TokenHost, option
from dvc766.portals.contract import Batch, KnownCodes, Portal, Resource, Window
from dvc766.portals.errors import Cause, PortalRefused
from dvc766.portals.http import Host, ReplyJudge, Verdict, any_answer
from dvc766.portals.instants import LOCAL
from dvc766.portals.json_body import Decoder
from dvc766.portals.normalise import RecordReader
from dvc766.portals.reading import ChangedRecords, Page, Reading, batch_of, in_parallel, pages_until_complete
from dvc766.portals.sending import Call
from dvc766.portals.values import whole
from dvc766.portals.wire_paths import get, listed
from dvc766.settings import PortalSettings

GATEWAY_LISTS = {"dossiers": "/pa/dossier/search", "petitions": "/pe/petition/--search"}
DETAILS = "/pa/dossier/--details"
FEES = "/pa/dossier-fee/--by-dossiers"
AGENCIES = "/ba/agency/name+code"
LOCAL_LISTS = {
    "payment_requests": "/api/v1/YeuCauThanhToans",
    "payment_transactions": "/api/v1/GiaoDichThanhToans",
    "ratings": "/api/v1/DanhGiaHaiLongs",
}
IDS_AT_A_TIME = 200  # the details call takes no more
AGENCIES_AT_A_TIME = 2000


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

    def read(self, resource: Resource, window: Window) -> Reading:
        """The resource's records that changed in the window; a sweep reads all there are now."""
        reader = RecordReader(resource, self._known_codes)
        if resource.name == "agencies":
            return Reading(lambda reading: self._agencies(reading, reader), self._decoder)
        if resource.name == "dossiers":
            complete = self._with_details(reader)
            return Reading(lambda reading: self._changed(reading, reader, window, complete), self._decoder)
        if resource.name in GATEWAY_LISTS or resource.name in LOCAL_LISTS:
            as_they_are = _as_they_are(reader)
            return Reading(lambda reading: self._changed(reading, reader, window, as_they_are), self._decoder)
        raise KeyError(f"{self._portal.code}: no call reads {resource.name!r}")

    def first_change(self, resource: Resource, since: datetime | None) -> datetime | None:
        """When the first record changed at or after `since`; None when none did, or it does not say."""
        reader = RecordReader(resource, self._known_codes)
        items = self._fetch(resource)(resource.name, since, None, 0, 1).items
        return reader.changed_at(items[0]) if items else None

    def _changed(
        self,
        reading: Reading,
        reader: RecordReader,
        window: Window,
        batches: Callable[[Iterator[list[Any]]], Iterator[Batch]],
    ) -> Iterator[Batch]:
        # The end of a sweep has no upper bound: a record changed while we read would look deleted.
        start, end = window.start, None if window.sweep and window.is_last else window.end
        name = reader.resource.name
        fetch = self._fetch(reader.resource)
        size = self._manners.page_size
        pages = ChangedRecords(lambda since, until, page: fetch(name, since, until, page, size), reader)
        yield from batches(pages.between(start, end))
        reading.declared = fetch(name, start, end, 0, 1).total

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
        last, pages = get(reply, "last"), get(reply, "totalPages")
        if not isinstance(last, bool):
            last = number + 1 >= int(pages) if pages is not None else len(items) < size
        return Page(items, whole(get(reply, "totalElements")), last)

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
        more = get(reply, "hasNextPage")
        last = not more if isinstance(more, bool) else len(items) < size
        return Page(items, whole(get(reply, "totalCount")), last)

    def _agencies(self, reading: Reading, reader: RecordReader) -> Iterator[Batch]:
        def fetch(number: int) -> Page:
            params = {"page": number, "size": AGENCIES_AT_A_TIME}
            reply = self._gateway.ask(Call(f"GET {AGENCIES}", "GET", AGENCIES, params=params))
            items = listed(reply, "content") or []
            last = get(reply, "last")
            reading.declared = whole(get(reply, "totalElements"))
            return Page(items, reading.declared, last if isinstance(last, bool) else len(items) < AGENCIES_AT_A_TIME)

        for items in pages_until_complete(fetch, lambda item: reader.source_id(item) or repr(item)):
            yield batch_of(reader, items)

    # --- dossiers -------------------------------------------------------------------------------

    def _with_details(self, reader: RecordReader) -> Callable[[Iterator[list[Any]]], Iterator[Batch]]:
        def complete(listed: list[Any]) -> tuple[list[Any], list[Any]]:
            return self._complete(reader, listed)

        def batches(pages: Iterator[list[Any]]) -> Iterator[Batch]:
            records = chain.from_iterable(pages)
            chunks = iter(lambda: list(islice(records, IDS_AT_A_TIME)), [])
            for found, lacking in in_parallel(complete, chunks, self._manners.parallel):
                batch = batch_of(reader, found)
                batch.fetched += len(lacking)
                batch.rejections += [reader.missing(record, "details") for record in lacking]
                yield batch

        return batches

    def _complete(self, reader: RecordReader, listed: list[Any]) -> tuple[list[Any], list[Any]]:
        """Listed dossiers with their details and fees, and those without details.

        The list's values stand where both calls give one: it is what the window was cut by.
        """
        listed_ids = [reader.source_id(record) for record in listed]
        ids = list(dict.fromkeys(i for i in listed_ids if i is not None))
        details = self._details(reader, ids)
        fees = self._fees(ids)
        found, lacking = [], []
        for record, dossier_id in zip(listed, listed_ids, strict=True):
            if dossier_id is None:
                found.append(record)  # unreadable, and rejected as such
            elif dossier_id in details:
                found.append({**details[dossier_id], **record, "fees": fees.get(dossier_id, [])})
            else:
                lacking.append(record)
        return found, lacking

    def _details(self, reader: RecordReader, ids: list[str]) -> dict[str, dict[str, Any]]:
        if not ids:
            return {}
        reply = self._gateway.ask(Call(f"POST {DETAILS}", "POST", DETAILS, json={"ids": ids}))
        records = listed(reply, "content") or []
        found = {reader.source_id(record): record for record in records if isinstance(record, dict)}
        return {dossier_id: record for dossier_id, record in found.items() if dossier_id is not None}

    def _fees(self, ids: list[str]) -> dict[str, list[Any]]:
        if not ids:
            return {}
        # Bare commas: %2C, looked at byte by byte in three places, costs as much as the rest of the call.
        query = f"dossier-ids={quote(','.join(ids), safe=',')}"
        reply = self._gateway.ask(Call(f"GET {FEES}", "GET", FEES, params=query))
        lines = listed(reply, "content") or []
        found: dict[str, list[Any]] = {}
        for line in lines:
            owner = get(line, "dossier") if isinstance(line, dict) else None
            dossier_id = get(owner, "id") if isinstance(owner, dict) else None
            if dossier_id is None:
                raise PortalRefused(self._portal.code, f"GET {FEES}", Cause.CONTRACT)
            found.setdefault(str(dossier_id), []).append(line)
        return found


def _as_they_are(reader: RecordReader) -> Callable[[Iterator[list[Any]]], Iterator[Batch]]:
    return lambda pages: (batch_of(reader, page) for page in pages)


def _moment(instant: datetime | None) -> str | None:
    """The gateway's own way of writing an instant; None leaves the parameter out."""
    if instant is None:
        return None
    local = instant.astimezone(LOCAL)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03}+0700"

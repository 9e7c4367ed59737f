"""The national portal's public REST interface: POST for reads, status 201, a code in the envelope."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from dvc766.portals.contract import Portal
from dvc766.portals.errors import Cause, PortalRefused, PortalUnavailable
from dvc766.portals.http import Host, Verdict
from dvc766.portals.json_body import Decoder
from dvc766.portals.pages import Bound, CursorPage, ListCall, Page, cursor_pages, pages_until_complete
from dvc766.portals.reading import PortalAnswer
from dvc766.portals.sending import Call
from dvc766.portals.values import LOST, whole
from dvc766.portals.wire_paths import get, listed
from dvc766.settings import PortalSettings

SCORES_PAGE = "/danh-gia-chat-luong-phuc-vu"
DEPARTMENTS = "/configuring/citizen/department/list-with-location"
FORMALITIES = "/reporting/formalities"
LARGEST_PAGE = 200  # larger ones fail


def judge_public(reply: Any) -> Verdict:
    """The envelope's code decides, not the status."""
    if isinstance(reply, dict) and get(reply, "code") != "OK":
        return Verdict.FAILED
    is_good = isinstance(get(reply, "data"), dict) or listed(reply, "data") == []
    return Verdict.GOOD if is_good else Verdict.FAILED


class PublicInterface:
    """Asks the public interface; knows which departments are the province's. One per run."""

    def __init__(
        self,
        portal: Portal,
        settings: PortalSettings,
        *,
        decoder: Decoder | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.portal = portal
        self.page_size = min(settings.manners.page_size, LARGEST_PAGE)
        self._province_code = settings.province_code
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(settings.base_url))
        self._host = Host(
            portal.code,
            settings.base_url,
            settings.manners,
            judge=judge_public,
            ca_bundle=settings.ca_bundle,
            proxy=settings.proxy,
            decoder=decoder,
            synthetic=settings.synthetic,
            headers={  # the firewall turns away what does not look like a browser on the scores page
                "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) dvc766",
                "Origin": origin,
                "Referer": origin + SCORES_PAGE,
            },
            sleep=sleep,
        )

    def ask(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """The envelope's data; None where the portal sends nothing, or nothing in the envelope."""
        call = Call(f"POST {path}", "POST", path, json=body)
        try:
            reply = self._host.ask(call)
        except PortalRefused as refusal:
            if refusal.status != 403:
                raise
            self._host.open_page(SCORES_PAGE)  # without its cookies the firewall may refuse
            reply = self._host.ask(call)
        data = get(reply, "data")
        return data if isinstance(data, dict) else None

    def _list(self, path: str, body: dict[str, Any], *keys: str) -> tuple[list[Any], dict[str, Any] | None]:
        """A list under one of the keys of the envelope's data, and the data."""
        data = self.ask(path, body)
        items = listed(data, *keys)
        if items is None:
            raise PortalUnavailable(self.portal.code, f"POST {path}", Cause.ERROR_INSIDE)
        return items, data

    def cursor_list(self, path: str, answer: PortalAnswer | None = None) -> Iterator[list[Any]]:
        """A list by cursor; its total, asked again after the end, goes to the answer."""

        def fetch(last_id: str | None, size: int) -> CursorPage:
            items, data = self._list(path, {"limit": size, "lastId": last_id}, "rows", "items")
            found = get(data, "lastId")
            page = CursorPage(items, None if found is None else str(found), whole(get(data, "total")))
            if answer is not None and page.total is not None:
                answer.declare(page.total)
            return page

        yield from cursor_pages(fetch, self.page_size, Bound(ListCall(self.portal.code, f"POST {path}")))
        if answer is not None:
            answer.declare(whole(get(self.ask(path, {"limit": 1, "lastId": None}), "total")))

    def formalities(self, mark: Callable[[Any], str], answer: PortalAnswer | None = None) -> Iterator[list[Any]]:
        """The list of procedures, page by page."""

        def fetch(number: int) -> Page:
            body = {"q": "", "currentPage": number + 1, "pageSize": self.page_size}
            items, data = self._list(FORMALITIES, body, "items")
            pagination = get(data, "pagination") or {}
            total, pages = whole(get(pagination, "total")), whole(get(pagination, "totalPages"))
            if answer is not None:
                answer.declare(total)
            holds = min(self.page_size, whole(get(pagination, "pageSize")) or self.page_size)
            return Page(items, total, len(items) < holds if pages is None else number + 1 >= pages, holds)

        bound = Bound(ListCall(self.portal.code, f"POST {FORMALITIES}"))
        return pages_until_complete(fetch, mark, bound, doubts=None if answer is None else answer.doubts)

    @cached_property
    def departments(self) -> list[dict[str, Any]]:
        """All departments listed now."""
        return [row for rows in self.cursor_list(DEPARTMENTS) for row in rows if isinstance(row, dict)]

    @cached_property
    def root(self) -> dict[str, Any]:
        """The province's own department; before a merger took effect, the only province listed.

        PortalRefused when neither is there: every further question would be about nobody.
        """
        named = [row for row in self.departments if get(row, "code") == self._province_code]
        provinces = [row for row in self.departments if _is_province(row)]
        if named:
            return named[0]
        if len(provinces) == 1:
            return provinces[0]
        raise PortalRefused(self.portal.code, f"POST {DEPARTMENTS}", Cause.PROVINCE)

    def is_ours(self, row: Any, key: str) -> bool:
        """True for rows of the province, and for rows whose code cannot be told."""
        code = get(row, key) if isinstance(row, dict) else None
        if not isinstance(code, str) or LOST in code:
            return True
        return code.strip().upper().partition(".")[0] in (self._province_code, get(self.root, "code"))


def _is_province(department: dict[str, Any]) -> bool:
    """A province's own departments have its level too; their codes tell them apart: H44 and H44.07."""
    return get(department, "level") == "PROVINCE" and "." not in str(get(department, "code"))

"""A dossier put together from three calls: the list, the details, and the fees.

Each field comes from one call, so the parts stay apart until they are read (`DOSSIER_PARTS`). Which dossier
a part belongs to is told by its id in its one spelling (`values.read_id`); a part of a dossier that was not
asked for is an orphan, counted and told at the door.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dvc766.portals.access import Asks
from dvc766.portals.contract import Doubt
from dvc766.portals.errors import Cause
from dvc766.portals.normalise import RecordReader
from dvc766.portals.pages import ListCall
from dvc766.portals.sending import Call
from dvc766.portals.values import Unreadable, read_id, visible
from dvc766.portals.whole_answers import whole_answer
from dvc766.portals.wire_paths import first_leaf, get

DETAILS = "/pa/dossier/--details"
FEES = "/pa/dossier-fee/--by-dossiers"
IDS_AT_A_TIME = 200  # the details call takes no more


class DossierParts:
    """Asks for the parts of listed dossiers. Safe to use from several threads.

    listed      {"id": "65F0…", "code": "H44.01-…", "updatedDate": …}
    details     {"id": "65f0…", "NgayTra": …, "Code": …}    Code is left: the list gives it
    fees        {"amount": 1000, "dossier": {"id": "65f0… "}}
    completed   ({"id": "65F0…", "code": …, …}, {"id": "65f0…", "NgayTra": …, …}, {"fees": [{"amount": 1000, …}]})
    """

    def __init__(self, portal: str, gateway: Asks, reader: RecordReader, doubts: list[Doubt]) -> None:
        self._gateway = gateway
        self._reader = reader
        self._doubts = doubts
        self._details_call = ListCall(portal, f"POST {DETAILS}")
        self._fees_call = ListCall(portal, f"GET {FEES}")

    def completed(self, listed: list[Any]) -> tuple[list[tuple[Any, ...]], list[Any]]:
        """Listed dossiers with their details and fees, as DOSSIER_PARTS names them, and those without details."""
        listed_ids = [self._reader.source_id(record) for record in listed]
        asked = {its_id: _as_listed(record) for record, its_id in zip(listed, listed_ids, strict=True) if its_id}
        parents = _Parents(asked)
        details = self._details(list(asked.values()), parents)
        fees = self._fees(list(asked.values()), parents)
        found: list[tuple[Any, ...]] = []
        lacking = []
        for record, dossier_id in zip(listed, listed_ids, strict=True):
            if dossier_id is None:
                found.append((record, {}, {}))  # unreadable, and rejected as such
            elif dossier_id in details:
                found.append((record, details[dossier_id], {"fees": fees.get(dossier_id, [])}))
            else:
                lacking.append(record)
        return found, lacking

    def _details(self, ids: list[str], parents: _Parents) -> dict[str, dict[str, Any]]:
        def ask(some: list[str]) -> Any:
            return self._gateway.ask(Call(self._details_call.name, "POST", DETAILS, json={"ids": some}))

        found: dict[str, dict[str, Any]] = {}
        for record in whole_answer(ask, ids, self._details_call):
            its_id = self._reader.source_id(record)
            dossier_id = parents.known(its_id)
            if dossier_id is None:
                self._doubts.append(Doubt("orphan", "details", its_id))
            else:
                found[dossier_id] = record
        return found

    def _fees(self, ids: list[str], parents: _Parents) -> dict[str, list[Any]]:
        def ask(some: list[str]) -> Any:
            # Bare commas: %2C, looked at byte by byte in three places, costs as much as the rest of the call.
            query = f"dossier-ids={quote(','.join(some), safe=',')}"
            return self._gateway.ask(Call(self._fees_call.name, "GET", FEES, params=query))

        found: dict[str, list[Any]] = {}
        for line in whole_answer(ask, ids, self._fees_call):
            its_id = self._owner(line)
            dossier_id = parents.known(its_id)
            if dossier_id is None:
                self._doubts.append(Doubt("orphan", "fee_lines", its_id))
            else:
                found.setdefault(dossier_id, []).append(line)
        return found

    def _owner(self, line: Any) -> str | None:
        """The id of a fee line's dossier, None when it cannot be read; CONTRACT where there is none."""
        try:
            owner = read_id(first_leaf(line, ("dossier", "id")) if type(line) is dict else None)
        except Unreadable:
            return None
        if owner is None:
            raise self._fees_call.broken(Cause.CONTRACT, "dossier.id")
        return owner


class _Parents:
    """The dossiers that were asked for, found by an id that another call gave.

    Case is ignored where that can mean one of them only: an id of another form than `read_id` knows may
    still come in capitals, and two asked dossiers whose ids differ in nothing but case stay two.
    """

    def __init__(self, ids: Sequence[str] | dict[str, str]) -> None:
        self._ids = set(ids)
        self._folded: dict[str, str | None] = {}
        for one in self._ids:
            folded = one.casefold()
            self._folded[folded] = None if folded in self._folded else one

    def known(self, its_id: str | None) -> str | None:
        if its_id is None or its_id in self._ids:
            return its_id
        return self._folded.get(its_id.casefold())


def _as_listed(record: Any) -> str:
    """The id as the list spells it: the portal may look it up by that only."""
    listed_id = get(record, "id")
    return visible(listed_id) if type(listed_id) is str else read_id(listed_id) or ""

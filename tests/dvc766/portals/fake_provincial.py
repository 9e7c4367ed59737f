"""The provincial hosts, scripted, and a reader of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from dvc766.portals.contract import Batch, Window
from dvc766.portals.instants import LOCAL, read_instant
from dvc766.portals.provincial import ProvincialReader
from dvc766.portals.provincial_fields import PROVINCIAL
from dvc766.settings import Manners, PortalSettings
from tests.dvc766.portals.fake_host import Asked, serving
from tests.dvc766.portals.test_normalise import KNOWN, dossier

START = datetime(2025, 7, 1, tzinfo=LOCAL)
WINDOW = Window(START, START + timedelta(days=31))
SWEEP = Window(None, START + timedelta(days=31), sweep=True)
LISTED = (
    *("id", "code", "dossierStatus", "agency", "procedure", "applyMethod", "applicant"),
    *("updatedDate", "appliedDate", "acceptedDate", "appointmentDate"),
)
CODES = KNOWN | {
    "petition_status": frozenset("12345"),
    "payment_request_state": frozenset({"Đã thanh toán"}),
    "payment_method": frozenset({"truc-tuyen"}),
    "payment_state": frozenset({"thanh-cong"}),
    "rating_verdict": frozenset({"HÀI LÒNG"}),
}


class Gateway:
    """Holds dossiers and local records, and answers as the provincial hosts do."""

    def __init__(self, count: int = 0) -> None:
        self.dossiers = [
            dossier(id=f"d{i:03}", code=f"H44.01-{i:03}", updatedDate=f"2025-07-{1 + i // 10:02}T08:{i % 10:02}:00")
            for i in range(count)
        ]
        self.without_details: set[str] = set()
        self.asked: list[Asked] = []
        self.local: list[dict[str, Any]] = []

    def __call__(self, asked: Asked) -> Any:
        if asked.path == "/token":
            return {"access_token": "t", "expires_in": 300}
        self.asked.append(asked)
        answers = {
            "/pa/dossier/search": self._search,
            "/pe/petition/--search": self._search,
            "/pa/dossier/--details": self._details,
            "/pa/dossier-fee/--by-dossiers": self._fees,
            "/ba/agency/name+code": self._agencies,
        }
        return answers[asked.path](asked) if asked.path in answers else self._local(asked)

    def _search(self, asked: Asked) -> Any:
        since, until = asked.query.get("updated-from"), asked.query.get("updated-to")
        found = sorted(
            (
                d
                for d in self.dossiers
                if (not since or at(d["updatedDate"]) >= at(since)) and (not until or at(d["updatedDate"]) < at(until))
            ),
            key=lambda d: str(at(d["updatedDate"])),
        )
        number, size = int(asked.query["page"]), int(asked.query["size"])
        rows = [{k: d[k] for k in LISTED if k in d} for d in found[number * size : (number + 1) * size]]
        pages = -(-len(found) // size)
        return {"content": rows, "totalElements": len(found), "totalPages": pages, "last": number + 1 >= pages}

    def _details(self, asked: Asked) -> Any:
        wanted = asked.json["ids"]
        assert len(wanted) <= 200
        fields = [{k: v for k, v in d.items() if k not in LISTED or k == "id"} for d in self.dossiers]
        return [{"MaHoSo": "x", **d} for d in fields if d["id"] in wanted and d["id"] not in self.without_details]

    def _fees(self, asked: Asked) -> Any:
        wanted = asked.query["dossier-ids"].split(",")
        ids = [d["id"] for d in self.dossiers[::2] if str(d["id"]).strip() in wanted]
        return [{"amount": 1000, "quantity": 1, "paid": 0, "required": 1, "dossier": {"id": i}} for i in ids]

    def _agencies(self, asked: Asked) -> Any:
        return {"content": [{"id": "a1", "code": "H44.01", "name": "Sở Nội vụ"}], "totalElements": "1", "last": True}

    def _local(self, asked: Asked) -> Any:
        number, size = int(asked.query["pageNumber"]), int(asked.query["pageSize"])
        rows = self.local[(number - 1) * size : number * size]
        more = number * size < len(self.local)
        return {"data": rows, "currentPage": number, "totalCount": len(self.local), "hasNextPage": more}


def at(text: str) -> str:
    return str(read_instant(text))


@contextmanager
def reading_from(script: Any, **manners: Any) -> Iterator[ProvincialReader]:
    with serving(script) as fake:
        settings = PortalSettings(
            "provincial_portal",
            "H44",
            fake.url,
            "client",
            "secret",
            {"token_url": fake.url + "/token", "petitions_url": fake.url, "local_url": fake.url + "/local"},
            Manners(**{"tries": 3, "page_size": 20} | manners),
        )
        yield ProvincialReader(PROVINCIAL, settings, CODES, sleep=lambda _: None)


def read(reader: ProvincialReader, name: str, window: Window = WINDOW) -> tuple[list[Batch], int | None]:
    reading = reader.read(PROVINCIAL.resource(name), window)
    return list(reading), reading.declared


def rows_of(batches: list[Batch]) -> list[Any]:
    return [row for batch in batches for row in batch.rows]

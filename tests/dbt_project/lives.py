"""Seeded lives of dossiers, as the provincial portal would show them from one reading to the next."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

PROVINCE = "H44"
PROCEDURES = 12
AGENCIES = 5
FIRST = datetime(2025, 4, 20, 1, 0, tzinfo=UTC)
DAYS = 140

Record = dict[str, Any]


@dataclass
class Life:
    """One record's snapshots: what it said from a moment on; None = it left the portal."""

    table: str
    snapshots: list[tuple[datetime, Record | None]] = field(default_factory=list)

    def at(self, now: datetime) -> Record | None:
        """What the portal shows at `now`."""
        shown = None
        for since, record in self.snapshots:
            if since <= now:
                shown = record
        return shown


def lives(seed: int, dossiers: int, province: str = PROVINCE) -> list[Life]:
    """Dossiers with all that can befall them, and the payments, ratings and petitions that name them."""
    rng = random.Random(seed)
    return [life for number in range(dossiers) for life in _dossier(rng, number, province)]


def _dossier(rng: random.Random, number: int, province: str) -> Iterator[Life]:
    received = FIRST + timedelta(days=rng.random() * DAYS)
    submitted = received - timedelta(hours=rng.choice([1, 5, 30]))
    code = f"{province}.{number:05d}"
    record: Record = {
        "source_id": f"d{number}",
        "dossier_code": code,
        "agency_code": f"{province}.{rng.randrange(1, AGENCIES + 1):02d}",
        "procedure_code": f"1.{rng.randrange(PROCEDURES + 2):06d}",
        "field_code": rng.choice(["F1", "F2", None]),
        "channel_id": rng.choice(["1", "2", "3", None]),
        "submitted_at": submitted,
        "status_id": "1",
        "supplements": [],
        "redatings": [],
        "components": [{"is_digitised": rng.choice([True, False]), "is_reused": rng.choice([True, False])}],
        "results": [],
        "fee_lines": [{"amount": rng.choice(["0", "20000"])}],
        "database_codes": rng.choice([[], ["1"]]),
        "is_vneid_verified": rng.random() < 0.4,
    }
    life = Life("dossiers")
    life.snapshots = [(at, shown) for at, shown in _steps(rng, record, submitted, received)]
    yield life
    last = life.snapshots[-1][0]
    yield from _around(rng, number, code, received, last)


def _steps(
    rng: random.Random, record: Record, submitted: datetime, received: datetime
) -> Iterator[tuple[datetime, Record | None]]:
    def seen(at: datetime, **changes: Any) -> tuple[datetime, Record]:
        record.update(changes, updated_at=at)
        return at, json.loads(json.dumps(record, default=str))

    yield seen(submitted)
    fate = rng.random()
    if fate < 0.05:
        yield seen(received, status_id="3", refused_at=received, received_at=rng.choice([None, received]))
        return
    due = received + timedelta(days=rng.choice([2, 7, 14])) if rng.random() < 0.75 else None
    ahead = timedelta(days=rng.choice([0] * 9 + [4]))  # now and then the register says a day to come
    yield seen(received, status_id="2", received_at=received + ahead, due_at=due)
    at = received
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2])):
        at += timedelta(days=rng.random() * 9)
        wait: Record = {"asked_at": at, "due_before": due}
        yield seen(at, status_id="5", supplements=[*record["supplements"], wait])
        if rng.random() < 0.2:
            break
        at += timedelta(days=rng.random() * 9)
        if rng.random() < 0.2:  # it went on, and nobody took the answer down
            yield seen(at, status_id="4")
            continue
        renewed = due + timedelta(days=9) if due and rng.random() < 0.4 else None
        wait |= {"answered_at": at, "due_after": renewed}
        due = renewed or due
        yield seen(at, status_id="4", due_at=due)
    if due and rng.random() < 0.15:
        at += timedelta(days=rng.random() * 9)
        record["redatings"] = [{"redated_at": at, "due_before": due, "due_after": due + timedelta(days=6)}]
        due += timedelta(days=6)
        yield seen(at, due_at=due)
    if rng.random() < 0.1:
        at += timedelta(days=1)
        yield seen(at, status_id="16")
    if random.Random(record["source_id"]).random() < 0.1:
        yield seen(at + timedelta(minutes=1), dossier_code=f"{record['dossier_code']}-R")
    yield from _ends(rng, seen, at + timedelta(days=rng.random() * 15))


def _ends(rng: random.Random, seen: Any, at: datetime) -> Iterator[tuple[datetime, Record | None]]:
    file = [{"has_code": True, "has_file": rng.choice([True, False])}]
    for _ in range(rng.choice([0, 1, 1, 1, 1, 2])):
        kind = rng.random()
        if kind < 0.1:
            yield seen(at, status_id="11")
        elif kind < 0.2:
            yield seen(at, status_id="8")
        elif kind < 0.3:
            yield seen(at, status_id="3", refused_at=at)
        else:
            typed = at - timedelta(days=rng.choice([0, 0, 0, 3, 12, -9000]))
            yield seen(at, status_id="9", completed_at=typed, results=file)
            at += timedelta(days=rng.random() * 4)
            yield seen(at, status_id="10", delivered_at=at)
        at += timedelta(days=1 + rng.random() * 25)
        if rng.random() < 0.2:
            yield seen(at, status_id="4")
            at += timedelta(days=rng.random() * 9)
    if rng.random() < 0.04:
        yield at, None


def _around(rng: random.Random, number: int, code: str, received: datetime, last: datetime) -> Iterator[Life]:
    if rng.random() < 0.5:
        asked, paid = received, received + timedelta(days=rng.random() * 40)
        request = {"request_code": f"q{number}", "dossier_code": code, "state": "Chưa thanh toán", "amount": 20000}
        request["method"] = rng.choice(["truc-tuyen", "truc-tuyen", "tien-mat"])
        transaction = {"reference": f"t{number}", "dossier_code": code, "request_code": f"q{number}", "amount": 20000}
        transaction |= {"gateway": rng.choice(["cong-quoc-gia", "cong-tinh"]), "started_at": asked}
        yield Life("payment_requests", [(asked, request | {"updated_at": asked})])
        done = transaction | {"state": "thanh-cong", "succeeded_at": paid, "updated_at": paid}
        begun = transaction | {"state": "khoi-tao", "updated_at": asked}
        gone: list[tuple[datetime, Record | None]] = [(paid + timedelta(days=20), None)] if rng.random() < 0.1 else []
        yield Life("payment_transactions", [(asked, begun), (paid, done), *gone])
    if rng.random() < 0.3:
        rated = last + timedelta(days=rng.random() * 10)
        verdict = {"rating_id": f"r{number}", "dossier_code": code, "rated_at": rated, "updated_at": rated}
        verdict["verdict"] = rng.choice(["KHÔNG HÀI LÒNG", "HÀI LÒNG"])
        yield Life("ratings", [(rated, verdict), *([(rated + timedelta(days=9), None)] if number % 7 == 0 else [])])
    if rng.random() < 0.2:
        told = received + timedelta(days=rng.random() * 30)
        answered = told + timedelta(days=rng.random() * 30)
        petition = {"petition_id": f"p{number}", "status_id": "1", "received_at": told, "updated_at": told}
        petition |= {"dossier_code": rng.choice([code, None]), "repeat_of": rng.choice([None, f"p{number - 1}"])}
        yield Life("petitions", _answers(random.Random(number), petition, told, answered))


def _answers(
    rng: random.Random, petition: Record, told: datetime, answered: datetime
) -> list[tuple[datetime, Record | None]]:
    """Answered with a date, or by its state alone; cancelled; repeating one of months before."""
    if rng.random() < 0.3:
        petition |= {"repeat_of": f"p{max(int(petition['petition_id'][1:]) - 40, 0)}"}
    dated = {"answered_at": answered} if rng.random() < 0.7 else {}
    given = petition | {"status_id": "3", "updated_at": answered} | dated
    if rng.random() < 0.8:
        return [(told, petition), (answered, given)]
    cancelled = told + timedelta(days=rng.random() * 40)
    before = [step for step in ((told, petition), (answered, given)) if step[0] < cancelled]
    return [*before, (cancelled, petition | {"status_id": "5", "updated_at": cancelled})]

"""A dossier's parts meet whatever spelling of its id each call uses; a part is never taken for the whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from dvc766.portals.contract import Batch, Doubt
from dvc766.portals.errors import Cause, PortalRefused
from dvc766.portals.provincial_fields import DOSSIER_PARTS, PROVINCIAL
from dvc766.portals.whole_answers import is_part
from tests.dvc766.portals.fake_host import Asked
from tests.dvc766.portals.fake_provincial import Gateway, read, reading_from, rows_of

COLUMNS = [field.column for field in PROVINCIAL.resource("dossiers").fields]
DETAILS, FEES = "/pa/dossier/--details", "/pa/dossier-fee/--by-dossiers"
HEX = "65f0c0ffee65f0c0ffee6{:03}"


def gateway_of(count: int, its_id: str = "d{:03}") -> Gateway:
    gateway = Gateway(count)
    for number, record in enumerate(gateway.dossiers):
        record["id"] = its_id.format(number)
    return gateway


def answering(gateway: Gateway, path: str, change: Callable[[Any], Any]) -> Callable[[Asked], Any]:
    """The gateway, with another answer of one call."""
    return lambda asked: change(gateway(asked)) if asked.path == path else gateway(asked)


def dossiers_of(script: Callable[[Asked], Any], **manners: Any) -> tuple[dict[str, dict[str, Any]], list[Batch]]:
    with reading_from(script, **manners) as reader:
        batches, _ = read(reader, "dossiers")
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in rows_of(batches)]
    return {row["source_id"]: row for row in rows}, batches


def doubts_of(batches: list[Batch]) -> list[Doubt]:
    return [doubt for batch in batches for doubt in batch.doubts]


def with_fees(rows: dict[str, dict[str, Any]]) -> list[str]:
    return [its_id for its_id, row in rows.items() if row["fee_lines"] != "[]"]


SPELLINGS: list[tuple[str, Callable[[str], Any]]] = [
    (HEX, str.upper),
    (HEX, lambda i: i + " "),
    (HEX, lambda i: "\u200b" + i),
    (HEX, lambda i: i[:4].upper() + i[4:]),
    ("d{:03}", str.upper),
    ("1{:03}", lambda i: f"{i}.0"),
    ("1{:03}", int),
    ("1{:03}", float),
    ("019D2BE3-6A88-732B-8B17-B68020C85{:03}", str.lower),
]


@pytest.mark.parametrize(("listed", "spell"), SPELLINGS)
@pytest.mark.parametrize("path", [FEES, DETAILS])
def test_an_id_that_another_call_spells_otherwise_is_the_same(
    path: str, listed: str, spell: Callable[[str], Any]
) -> None:
    gateway = gateway_of(20, listed)

    def change(reply: Any) -> Any:
        for line in reply:
            owner = line["dossier"] if path == FEES else line
            owner["id"] = spell(owner["id"])
        return reply

    rows, batches = dossiers_of(answering(gateway, path, change))
    usual, _ = dossiers_of(gateway_of(20, listed))
    assert rows == usual
    assert len(with_fees(rows)) == 10
    assert doubts_of(batches) == []


@pytest.mark.parametrize("listed", [lambda i: i.upper(), lambda i: f" {i} "])
def test_the_portal_is_asked_with_the_id_as_it_lists_it(listed: Callable[[str], str]) -> None:
    gateway = gateway_of(1, HEX)
    gateway.dossiers[0]["id"] = listed(gateway.dossiers[0]["id"])
    asked: list[Any] = []

    def script(request: Asked) -> Any:
        if request.path == DETAILS:
            asked.extend(request.json["ids"])
            return [{"id": HEX.format(0), "NgayTra": "20250705100000"}]
        return [] if request.path == FEES else gateway(request)

    rows, _ = dossiers_of(script)
    assert [i.lower() for i in rows] == [HEX.format(0)]
    assert asked == [listed(HEX.format(0)).strip()]


def test_two_asked_ids_that_differ_in_case_alone_stay_two() -> None:
    gateway = gateway_of(2)
    gateway.dossiers[0]["id"], gateway.dossiers[1]["id"] = "aB3x", "Ab3x"
    line = {"amount": 1000, "quantity": 1, "paid": 0, "required": 1}
    lines = [line | {"dossier": {"id": "Ab3x"}}, line | {"dossier": {"id": "ab3x"}}]
    rows, batches = dossiers_of(answering(gateway, FEES, lambda _: lines))
    assert (list(rows), with_fees(rows)) == (["aB3x", "Ab3x"], ["Ab3x"])
    assert doubts_of(batches) == [Doubt("orphan", "fee_lines", "ab3x")]


@pytest.mark.parametrize(
    ("path", "orphan", "field"),
    [
        (FEES, {"amount": 1000, "quantity": 1, "paid": 0, "required": 1, "dossier": {"id": "other"}}, "fee_lines"),
        (FEES, {"amount": 1000, "dossier": [{"ID": "other"}]}, "fee_lines"),
        (DETAILS, {"id": "other", "NgayTra": ""}, "details"),
        (DETAILS, {"Id": "other"}, "details"),
    ],
)
def test_a_part_of_a_dossier_that_was_not_asked_is_an_orphan(path: str, orphan: Any, field: str) -> None:
    rows, batches = dossiers_of(answering(gateway_of(5), path, lambda reply: [*reply, orphan]))
    assert len(rows) == 5
    assert doubts_of(batches) == [Doubt("orphan", field, "other")]


def cut_to(size: int, **says: Any) -> Callable[[list[Any]], Any]:
    """A reply as a page of so many, the first one."""

    def page(reply: list[Any]) -> Any:
        total = len(reply)
        told = {"last": total <= size, "totalElements": total, "totalPages": -(-total // size), "size": size}
        kept = told | {name: value for name, value in says.items() if total > size}
        return {"content": reply[:size], **{name: value for name, value in kept.items() if value is not None}}

    return page


SILENT = {"last": None, "totalElements": None, "totalPages": None}


@pytest.mark.parametrize("path", [FEES, DETAILS])
@pytest.mark.parametrize(
    "page",
    [
        cut_to(20),
        cut_to(7),
        cut_to(20, **SILENT | {"last": False}),
        cut_to(20, **SILENT | {"last": "False"}),
        cut_to(20, **SILENT | {"totalElements": 60}),
        cut_to(20, **SILENT | {"totalElements": "1.043"}),
        cut_to(20, **SILENT | {"totalPages": 3}),
        cut_to(20, **SILENT | {"hasNextPage": True}),
    ],
)
def test_a_reply_that_is_a_part_is_asked_again_in_halves(path: str, page: Callable[[Any], Any]) -> None:
    gateway = Gateway(60)
    rows, batches = dossiers_of(answering(gateway, path, page), page_size=60)
    assert rows == dossiers_of(Gateway(60), page_size=60)[0]
    assert (len(rows), len(with_fees(rows)), doubts_of(batches)) == (60, 30, [])


@pytest.mark.parametrize("path", [FEES, DETAILS])
def test_a_part_of_a_single_record_is_refused_and_named(path: str) -> None:
    gateway = Gateway(3)
    script = answering(gateway, path, lambda reply: {"content": reply, "last": False})
    with pytest.raises(PortalRefused) as caught:
        dossiers_of(script)
    assert caught.value.cause is Cause.PART
    assert f"{path} · d000: " in str(caught.value)
    assert "hỏi đơn vị vận hành" in caught.value.message_vi


@pytest.mark.parametrize(
    ("reply", "part"),
    [
        ([{}] * 20, False),
        ({"content": [{}] * 20, "last": True, "first": True, "totalElements": "20", "totalPages": 1}, False),
        ({"content": [], "last": True, "totalElements": 0, "totalPages": 0}, False),
        ({"Content": [{}] * 20, "TotalElements": 60}, True),
        ({"content": [{}], "first": False, "last": True}, True),
        (None, False),
    ],
)
def test_a_part_says_so_in_some_way(reply: Any, part: bool) -> None:
    assert is_part(reply) is part


def test_the_list_s_fields_never_come_from_another_call() -> None:
    gateway = gateway_of(2)

    def override(reply: list[dict[str, Any]]) -> list[dict[str, Any]]:
        wrong = {
            "Code": "H99.99-990101-9999",
            "UPDATEDDATE": "2030-01-01T00:00:00",
            "AppointmentDate": "2030-01-01T00:00:00",
            "completedDate": "2030-01-01T00:00:00",
            "dossierstatus": {"id": 9},
            "Agency": {"code": "H99"},
            "Fees": [{"amount": 999}],
            "fees": [{"amount": 999}],
        }
        return [{"Id": one.pop("id"), **{k[0].upper() + k[1:]: v for k, v in one.items()}, **wrong} for one in reply]

    rows, _ = dossiers_of(answering(gateway, DETAILS, override))
    assert rows == dossiers_of(gateway_of(2))[0]
    assert json.loads(rows["d000"]["fee_lines"])[0]["amount"] == 1000


def test_the_details_fields_never_come_from_the_list() -> None:
    gateway = gateway_of(1)

    def empty(reply: dict[str, Any]) -> dict[str, Any]:
        for row in reply["content"]:
            row |= {"TaiLieuNop": [], "ngaytra": "20300101000000", "Fees": [{"amount": 999}]}
        return reply

    rows, _ = dossiers_of(answering(gateway, "/pa/dossier/search", empty))
    assert rows == dossiers_of(gateway_of(1))[0]


def test_a_key_that_lost_a_character_puts_the_fields_of_its_own_part_in_doubt() -> None:
    """The list has no competentAcceptedDate here: the damaged key of the details cannot be it."""
    keys = {field.wire.partition(".")[0]: "" for field in DOSSIER_PARTS[1]}

    def damage(reply: list[dict[str, Any]]) -> list[dict[str, Any]]:
        whole, lacking = ({**keys, **one, "GhiCh\ufffd": "x"} for one in reply)
        del lacking["NgayTra"]
        return [whole, lacking]

    rows, batches = dossiers_of(answering(gateway_of(2), DETAILS, damage))
    assert list(rows) == ["d000"]
    [rejection] = [one for batch in batches for one in batch.rejections]
    assert (rejection.source_id, rejection.field, rejection.reason) == ("d001", "delivered_at", "unreadable")

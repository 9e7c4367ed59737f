"""The provincial portal read over HTTP: lists with details and fees, and every quirk of its replies."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from dvc766.portals.errors import Cause, PortalRefused, PortalUnavailable
from dvc766.portals.http import Verdict
from dvc766.portals.instants import LOCAL
from dvc766.portals.provincial import judge_gateway, judge_local
from dvc766.portals.provincial_fields import PROVINCIAL
from tests.dvc766.portals.fake_host import Answer, Asked
from tests.dvc766.portals.fake_provincial import SWEEP, Gateway, read, reading_from, rows_of


@pytest.mark.parametrize("parallel", [1, 3])
def test_dossiers_come_with_details_and_fees(parallel: int) -> None:
    with reading_from(Gateway(55), parallel=parallel) as reader:
        batches, declared = read(reader, "dossiers")
    rows = rows_of(batches)
    assert [row[0] for row in rows] == [f"d{i:03}" for i in range(55)]
    assert declared == 55
    assert all(batch.fetched == len(batch.rows) for batch in batches)
    columns = [field.column for field in PROVINCIAL.resource("dossiers").fields]
    first = dict(zip(columns, rows[0], strict=True))
    assert first["has_digitised_component"] == "t"
    assert first["fee_lines"] == '[{"amount":1000,"paid":0,"quantity":1,"required":true}]'
    assert first["supplements"] != "[]"


def test_no_personal_value_leaves_the_portal() -> None:
    with reading_from(Gateway(3)) as reader:
        batches, _ = read(reader, "dossiers")
    text = json.dumps([rows_of(batches), [batch.rejections for batch in batches]], ensure_ascii=False, default=str)
    assert "Kín" not in text
    assert "0912345678" not in text


def test_the_window_goes_to_the_portal_and_the_total_is_asked_after() -> None:
    gateway = Gateway(2)
    with reading_from(gateway) as reader:
        read(reader, "dossiers")
    searches = [asked.query for asked in gateway.asked if asked.path == "/pa/dossier/search"]
    assert searches[0] == {
        "page": "0",
        "size": "20",
        "spec": "page",
        "sort": "updatedDate,asc",
        "updated-from": "2025-07-01T00:00:00.000+0700",
        "updated-to": "2025-08-01T00:00:00.000+0700",
        "remove-status": "0",
    }
    assert searches[-1] == searches[0] | {"size": "1"}
    assert gateway.asked[-1].path == "/pa/dossier/search"


def test_a_sweep_has_no_bounds() -> None:
    gateway = Gateway(2)
    gateway.dossiers[0]["updatedDate"] = "2025-05-01T08:00:00.000+0700"
    gateway.dossiers[1]["updatedDate"] = "2025-08-01T00:00:01.000+0700"
    with reading_from(gateway) as reader:
        swept, declared = read(reader, "dossiers", SWEEP)
        assert (len(rows_of(swept)), declared) == (2, 2)
        assert rows_of(read(reader, "dossiers")[0]) == []


def test_a_dossier_without_details_is_rejected_and_counted() -> None:
    gateway = Gateway(5)
    gateway.without_details = {"d002"}
    with reading_from(gateway) as reader:
        batches, declared = read(reader, "dossiers")
    rejection = batches[0].rejections[0]
    assert (rejection.source_id, rejection.field, rejection.reason) == ("d002", "details", "missing")
    assert rejection.changed_at == datetime(2025, 7, 1, 8, 2, tzinfo=LOCAL)
    assert (batches[0].fetched, len(batches[0].rows), declared) == (5, 4, 5)


def test_a_dossier_with_an_unreadable_id_costs_only_itself() -> None:
    gateway = Gateway(3)
    gateway.dossiers[1]["id"] = "x" * 300
    with reading_from(gateway) as reader:
        batches, _ = read(reader, "dossiers")
    assert len(rows_of(batches)) == 2
    assert [(r.source_id, r.field) for batch in batches for r in batch.rejections] == [(None, "source_id")]


def test_fees_without_their_dossier_break_the_contract() -> None:
    gateway = Gateway(1)

    def script(asked: Asked) -> Any:
        return [{"amount": 5}] if asked.path.endswith("--by-dossiers") else gateway(asked)

    with reading_from(script) as reader, pytest.raises(PortalRefused) as caught:
        read(reader, "dossiers")
    assert caught.value.cause is Cause.CONTRACT


def test_more_dossiers_than_the_details_call_takes_are_asked_in_parts() -> None:
    gateway = Gateway(300)
    for record in gateway.dossiers:
        record["updatedDate"] = "2025-07-03T08:00:00.000+0700"
    with reading_from(gateway, page_size=500) as reader:
        assert len(rows_of(read(reader, "dossiers")[0])) == 300


def test_errors_and_pages_under_status_200_pass_by_trying_again() -> None:
    gateway = Gateway(30)
    bad: list[Any] = [
        {"status": 500, "error": "x"},
        Answer(b"<html>", content_type="text/html"),
        Answer({}, 429),
        {"content": "lỗi"},
    ]
    calls = 0

    def script(asked: Asked) -> Any:
        nonlocal calls
        calls += 1
        return bad.pop() if calls % 2 == 0 and bad else gateway(asked)

    with reading_from(script) as reader:
        assert len(rows_of(read(reader, "dossiers")[0])) == 30
    assert not bad


RATING = {
    "id": "r1",
    "maHoSo": "H44.01-1",
    "danhGia": "HÀI LÒNG",
    "thoiGianDanhGia": "2025-07-02T08:00:00",
    "lastModifiedOn": "2025-07-02T08:00:00",
}
NOTHING: list[Any] = [
    Answer(None),
    Answer(b""),
    Answer(b"\xef\xbb\xbf\r\n", content_type=None),
    Answer(status=204, content_type=None),
    Answer(b'""', content_type="text/plain"),
    [],
    {"content": None, "data": None, "totalElements": 0, "totalCount": 0},
    {"content": "", "data": " ", "totalElements": "0", "totalCount": "0"},
    {"CONTENT": {}, "Data": {}},
]


@pytest.mark.parametrize("name", ["dossiers", "petitions", "ratings", "agencies"])
@pytest.mark.parametrize("nothing", NOTHING, ids=range(len(NOTHING)))
def test_an_empty_list_in_any_spelling_is_an_empty_window(name: str, nothing: Any) -> None:
    gateway = Gateway()
    with reading_from(lambda asked: gateway(asked) if asked.path == "/token" else nothing) as reader:
        batches, declared = read(reader, name)
    assert [batch.fetched for batch in batches] in ([], [0])
    assert declared in (0, None)


def test_nothing_where_the_total_says_some_is_left_for_the_door_to_see() -> None:
    gateway = Gateway()
    nothing = {"content": None, "totalElements": 7, "last": True}
    with reading_from(lambda asked: gateway(asked) if asked.path == "/token" else nothing) as reader:
        batches, declared = read(reader, "dossiers")
    assert (sum(batch.fetched for batch in batches), declared) == (0, 7)


def test_a_bare_list_is_taken_as_the_page() -> None:
    gateway = Gateway(3)
    gateway.local = [RATING]

    def bare(asked: Asked) -> Any:
        reply = gateway(asked)
        return reply.get("content", reply.get("data", reply)) if isinstance(reply, dict) else reply

    with reading_from(bare) as reader:
        assert len(rows_of(read(reader, "dossiers")[0])) == 3
        assert len(rows_of(read(reader, "ratings")[0])) == 1


def test_repeated_keys_of_all_replies_are_told_with_the_batches() -> None:
    gateway = Gateway(3)

    def repeating(asked: Asked) -> Any:
        reply = gateway(asked)
        if asked.path == "/token":
            return reply
        text = json.dumps(reply)
        if "--details" in asked.path:
            text = text.replace('"MaHoSo": "x"', '"MaHoSo": "x", "MaHoSo": "y"')
        elif asked.query.get("size") == "1":
            text = text.replace('"totalElements": 3', '"totalElements": 4, "totalElements": 3')
        return Answer(text.encode())

    with reading_from(repeating) as reader:
        batches, declared = read(reader, "dossiers")
    assert [(batch.fetched, batch.repeated_keys) for batch in batches] == [(3, 3), (0, 1)]
    assert declared == 3


def test_agencies_are_read_whole() -> None:
    with reading_from(Gateway()) as reader:
        batches, declared = read(reader, "agencies")
    assert (rows_of(batches), declared) == ([("a1", "H44.01", "Sở Nội vụ")], 1)


def test_local_records_are_paged_from_one() -> None:
    gateway = Gateway()
    gateway.local = [
        {
            "id": f"r{i}",
            "maHoSo": "H44.01-1",
            "danhGia": "HÀI LÒNG",
            "nguoiDanhGia": "Nguyễn Văn Kín",
            "thoiGianDanhGia": "2025-07-02T08:00:00",
            "lastModifiedOn": f"2025-07-02T08:{i:02}:00",
        }
        for i in range(5)
    ]
    with reading_from(gateway) as reader:
        batches, declared = read(reader, "ratings")
    assert declared == 5
    assert rows_of(batches)[0] == (
        "r0",
        "2025-07-02T08:00:00+07:00",
        "H44.01-1",
        "HÀI LÒNG",
        "2025-07-02T08:00:00+07:00",
    )
    assert gateway.asked[0].path == "/local/api/v1/DanhGiaHaiLongs"
    assert gateway.asked[0].query["pageNumber"] == "1"
    assert gateway.asked[0].query["modifiedFrom"] == "2025-07-01T00:00:00.000+0700"


def test_the_days_quota_ends_the_run_without_trying_again() -> None:
    calls: list[str] = []

    def script(asked: Asked) -> Any:
        if asked.path == "/token":
            return {"access_token": "t", "expires_in": 300}
        calls.append(asked.path)
        return {"succeeded": False, "message": "API đã đạt giới hạn 1000 lần/ngày!"}

    with reading_from(script) as reader, pytest.raises(PortalUnavailable) as caught:
        read(reader, "ratings")
    assert (caught.value.cause, len(calls)) == (Cause.QUOTA, 1)


@pytest.mark.parametrize(
    ("judge", "reply", "verdict"),
    [
        (judge_gateway, [], Verdict.GOOD),
        (judge_gateway, {"content": []}, Verdict.GOOD),
        (judge_gateway, {"Content": []}, Verdict.GOOD),
        (judge_gateway, {"message": "lỗi"}, Verdict.FAILED),
        (judge_gateway, {}, Verdict.FAILED),
        (judge_gateway, {"content": "lỗi"}, Verdict.FAILED),
        (judge_gateway, {"content": {"message": "lỗi"}}, Verdict.FAILED),
        (judge_gateway, {"content": None}, Verdict.GOOD),
        (judge_local, {"data": []}, Verdict.GOOD),
        (judge_local, {"succeeded": False, "data": []}, Verdict.FAILED),
        (judge_local, {"messages": ["bận"], "statusCode": 500}, Verdict.FAILED),
        (judge_local, {"succeeded": False, "data": None}, Verdict.FAILED),
        (judge_local, {}, Verdict.FAILED),
        (judge_local, "lỗi", Verdict.FAILED),
        (judge_local, {"data": ""}, Verdict.GOOD),
    ],
)
def test_a_good_status_is_not_enough(judge: Any, reply: Any, verdict: Verdict) -> None:
    assert judge(reply) is verdict

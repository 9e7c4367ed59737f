"""From bytes to values: as declared, without loss in silence, and with every repeated key counted."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from dvc766.portals.contract import Doubt
from dvc766.portals.errors import RecordRejected
from dvc766.portals.json_body import Decoder, charset_of
from dvc766.portals.normalise import RecordReader
from dvc766.portals.provincial_fields import PROVINCIAL
from dvc766.portals.reading import batch_of

NAME = "Sở Công Thương tỉnh Phú Thọ – ế ậ Đ"
AGENCIES = PROVINCIAL.resource("agencies")


def decode(body: bytes, content_type: str | None = "application/json") -> Any:
    return Decoder("a_portal").decode("GET /things", body, content_type)


def in_1258(text: str) -> bytes:
    """As a Windows server writes Vietnamese: letters with their hat, the tone after them."""
    for composed, parts in {"ở": "ơ\u0309", "ỉ": "i\u0309", "ọ": "o\u0323", "ế": "ê\u0301", "ậ": "â\u0323"}.items():
        text = text.replace(composed, parts)
    return text.encode("cp1258")


def names(body: bytes, content_type: str | None = "application/json") -> list[str | None]:
    return [row[2] for row in batch_of(RecordReader(AGENCIES, {}), decode(body, content_type)).rows]


def agencies(*names: bytes) -> bytes:
    return (
        b"["
        + b",".join(b'{"id": "a%d", "code": "H44.%d", "name": "%s"}' % (i, i, n) for i, n in enumerate(names))
        + b"]"
    )


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (agencies(NAME.encode()), None),
        (agencies(NAME.encode()), "application/json; charset=utf-8"),
        (b"\xef\xbb\xbf" + agencies(NAME.encode()), "application/json"),
        (agencies(in_1258(NAME)), "application/json; charset=windows-1258"),
        (agencies(in_1258(NAME)), 'text/plain; version=1; CHARSET="CP1258"'),
        (agencies(NAME.encode()).decode().encode("utf-16"), "application/json"),
        (agencies(NAME.encode()).decode().encode("utf-16-be"), "application/json; charset=utf-16"),
        (agencies(NAME.encode()).decode().encode("utf-32-le"), None),
        # declared otherwise, or as nothing that Python knows, and yet UTF-8 throughout
        (agencies(NAME.encode()), "application/json; charset=windows-1258"),
        (agencies(NAME.encode()), "text/html; charset=ISO-8859-1"),
        (agencies(NAME.encode()), "application/json; charset=tcvn-5712"),
        (agencies(NAME.encode()), "application/json; charset=hex"),
        (agencies(NAME.encode()), "application/json; charset="),
        (agencies(json.dumps(NAME).strip('"').encode()), "application/json; charset=windows-1258"),
    ],
)
def test_a_name_is_read_whole_in_whatever_charset_it_comes(body: bytes, content_type: str | None) -> None:
    assert names(body, content_type) == [NAME]


@pytest.mark.parametrize(
    "content_type",
    [None, "application/json", "application/json; charset=utf-8", "application/json; charset=viscii"],
)
def test_what_undeclared_windows_1258_lost_is_named_and_never_kept(content_type: str | None) -> None:
    body = agencies(in_1258("Sở Công Thương"), b"Van phong", in_1258("Sở Y tế"))
    batch = batch_of(RecordReader(AGENCIES, {}), decode(body, content_type))
    assert [(row[0], row[2]) for row in batch.rows] == [("a0", None), ("a1", "Van phong"), ("a2", None)]
    assert batch.doubts == [Doubt("left_empty", "name_vi", "a0"), Doubt("left_empty", "name_vi", "a2")]


def test_one_broken_byte_costs_one_name_of_a_page() -> None:
    body = agencies(*[NAME.encode()] * 200).replace(
        b'"a77", "code": "H44.77", "name": "S', b'"a77", "code": "H44.77", "name": "S\xc3'
    )
    batch = batch_of(RecordReader(AGENCIES, {}), decode(body))
    assert (batch.fetched, len(batch.rows)) == (200, 200)
    assert batch.doubts == [Doubt("left_empty", "name_vi", "a77")]


def test_a_byte_without_a_letter_in_the_declared_charset_is_lost_too() -> None:
    body = agencies(b"S\x9d", in_1258("Sở"))
    batch = batch_of(RecordReader(AGENCIES, {}), decode(body, "application/json; charset=windows-1258"))
    assert [row[2] for row in batch.rows] == [None, "Sở"]
    assert [one.field for one in batch.doubts] == ["name_vi"]


@pytest.mark.parametrize(("one", "other"), [(b"A\xe9", b"A\xe8"), (b"\xff", b"\xfe"), (b"a\x80b", b"a\x81b")])
def test_two_ids_that_differ_in_a_lost_byte_never_become_one(one: bytes, other: bytes) -> None:
    body = b'[{"id": "%s", "code": "x", "name": "X"}, {"id": "%s", "code": "y", "name": "Y"}]' % (one, other)
    batch = batch_of(RecordReader(AGENCIES, {}), decode(body))
    assert (batch.fetched, batch.rows) == (2, [])
    assert [(each.source_id, each.field, each.reason) for each in batch.rejections] == [
        (None, "agency_id", "unreadable")
    ] * 2


@pytest.mark.parametrize("key", [b"n\xffme", b"nam\xe9", b"\xc3name"])
def test_a_field_whose_key_lost_a_character_is_not_taken_for_absent(key: bytes) -> None:
    body = b'[{"id": "a0", "code": "x", "%s": "X"}, {"id": "a1", "code": "y", "name": "Y"}]' % key
    batch = batch_of(RecordReader(AGENCIES, {}), decode(body))
    assert [(row[0], row[2]) for row in batch.rows] == [("a0", None), ("a1", "Y")]
    assert batch.doubts == [Doubt("left_empty", "name_vi", "a0")]


def test_a_name_whose_key_lost_a_character_is_not_taken_for_none() -> None:
    body = b'[{"id": "a0", "code": "x", "name": [{"languageId": 228, "n\xffme": "X"}]}]'
    assert batch_of(RecordReader(AGENCIES, {}), decode(body)).doubts == [Doubt("left_empty", "name_vi", "a0")]


def test_a_damaged_key_that_no_field_needs_costs_nothing() -> None:
    assert names(b'[{"id": "a0", "code": "x", "name": "X", "ghich\xfa": 1}]') == ["X"]


def test_lost_bytes_are_told_once_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    decoder = Decoder("a_portal")
    for _ in range(3):
        decoder.decode("GET /things", b'{"name": "Kin \xff"}', "application/json; charset=utf-8")
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "not utf-8" in caplog.text
    assert "Kin" not in caplog.text


@pytest.mark.parametrize("nothing", [b"", b" ", b"\r\n\r\n", b"\xef\xbb\xbf", b"null"])
def test_no_body_is_an_answer_that_holds_nothing(nothing: bytes) -> None:
    assert decode(nothing) is None


@pytest.mark.parametrize(
    "body", [b"<html>", b"{", b'{"a": 1} x', b"\xff\xfe", b"\x00" * 40, b"[" * 200_000, b"\x89PNG"]
)
def test_what_is_no_json_is_an_error_of_two_kinds(body: bytes) -> None:
    with pytest.raises((ValueError, RecursionError)):
        decode(body)


def test_a_lone_surrogate_costs_its_field_alone() -> None:
    assert decode(b'[{"a": "\\ud800"}, {"a": "b"}]') == [{"a": "\ud800"}, {"a": "b"}]
    record = {"id": "a", "code": "b", "name": "\ud800"}
    assert RecordReader(AGENCIES, {}).read(record) == ("a", "b", None)
    with pytest.raises(RecordRejected, match="agency_code"):
        RecordReader(AGENCIES, {}).read(record | {"code": "\ud800"})


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("application/json", None),
        ("application/json; charset=UTF8", "utf-8"),
        ("text/html;charset='windows-1258'", "cp1258"),
        ('application/json; charset="Windows-1258"; x=y', "cp1258"),
        ("application/json; charset*=us-ascii'en'latin-1", "iso8859-1"),
        ("application/json; charset=rot13", None),
        ("application/json; charset=undefined", None),
        ("application/json; charset=\x00", None),
        ("", None),
        (";;;=", None),
    ],
)
def test_a_charset_is_taken_from_the_header_when_python_knows_it(content_type: str, charset: str | None) -> None:
    assert charset_of(content_type) == charset


REPEATED: list[tuple[str, int, Any]] = [
    ('{"a": 1, "a": 2}', 1, {"a": 2}),
    ('{"a":1,"a":2}', 1, {"a": 2}),
    ('[{"a": {"b": 1, "b": 2}}, {"a": {"b": 1, "b": null}}]', 2, [{"a": {"b": 2}}, {"a": {"b": None}}]),
    ('{"a": 1, "b": 2, "a": 3, "b": 4}', 1, {"a": 3, "b": 4}),
    ('{"a": 1, "a": 2, "a": 1}', 1, {"a": 1}),
    ('{"a": {"c": 1, "c": 2}, "a": 5}', 2, {"a": 5}),
    ('{"a": 1, "\\u0061": 2}', 1, {"a": 2}),
    ('{"a": "x\\u003ay", "b": 1, "b": 2}', 1, {"a": "x:y", "b": 2}),
    ('{"a": ":", "a": "::"}', 1, {"a": "::"}),
    ('{"a": "\\ud800", "b": 1, "b": 2}', 1, {"a": "\ud800", "b": 2}),
    ('{"a": 1, "a": true}', 1, {"a": True}),
    # nothing in doubt
    ('{"a": 1, "a": 1}', 0, {"a": 1}),
    ('{"a": [{"b": 1}], "a": [{"b": 1}]}', 0, {"a": [{"b": 1}]}),
    ('{"a": 1, "A": 2}', 0, {"a": 1, "A": 2}),
    ('[{"a": 1}, {"a": 2}]', 0, [{"a": 1}, {"a": 2}]),
    ('{"a": {"a": 1}}', 0, {"a": {"a": 1}}),
    ('{"a": "b: c, \\"a\\": 2", "t": "08:00:00", "n": 1e2}', 0, {"a": 'b: c, "a": 2', "t": "08:00:00", "n": 100.0}),
]


@pytest.mark.parametrize(("body", "count", "values"), REPEATED)
def test_an_object_that_repeats_a_key_with_another_value_is_counted(body: str, count: int, values: Any) -> None:
    decoder = Decoder("a_portal")
    assert decoder.decode("GET /things", body.encode()) == values
    assert decoder.take_repeated_keys() == count
    assert decoder.take_repeated_keys() == 0


def test_a_repeated_key_is_named_once_in_the_log_unless_it_may_be_a_persons_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    decoder = Decoder("a_portal")
    for _ in range(2):
        decoder.decode("GET /things", b'[{"state": 1, "state": 2}, {"034090001234": 1, "034090001234": 2}]')
    assert [line for line in caplog.messages if "the key state twice" in line] == caplog.messages[1:]
    assert len(caplog.messages) == 2
    assert "034090001234" not in caplog.text


def test_objects_nested_beyond_reason_are_read_all_the_same() -> None:
    deep = b'{"a":' * 500 + b"1" + b"}" * 500
    assert decode(deep) is not None

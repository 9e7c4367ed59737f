"""What programs read: CSV for spreadsheets, JSON with its schema, Atom of the month's releases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5
from xml.etree import ElementTree

from dvc766.reporting.content import Publication
from dvc766.reporting.editions import Edition
from dvc766.reporting.sentences import AUTHOR, headline, warning
from dvc766.reporting.site import addresses
from dvc766.reporting.site.phrases import revision_reason
from dvc766.reporting.site.tables import SHARED, Column, Given, given
from dvc766.reporting.wording import capital, month
from dvc766.sealing.tables import LOCAL

DATA, SCHEMA, ATOM = "data/publication.json", "data/publication.schema.json", "releases.atom"
_OURS = UUID("6f9d6f0e-6c0a-5d0c-9a57-766000000000")  # the name space of identifiers in the feed
_ATOM = "http://www.w3.org/2005/Atom"
_TYPES = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
}
_HEAD = (
    Column("province_code", "Mã tỉnh"),
    Column("province_name_vi", "Tên tỉnh"),
    Column("period_month", "Tháng đánh giá (ngày đầu tháng)", "day"),
    Column("period_label", "Tháng đánh giá, MM/YYYY"),
    Column("revision", "Lần chốt", "integer"),
    Column("reason_vi", "Lý do đính chính", has_gaps=True),
    Column("note", "Ghi chú đính chính", has_gaps=True),
    Column("edition", "Bản công khai (public) hoặc nội bộ (internal)"),
    Column("is_synthetic", "Đúng khi là dữ liệu mô phỏng, không phải kết quả thật", "boolean"),
    Column("is_provisional", "Đúng khi tháng chưa chốt, số liệu còn thay đổi", "boolean"),
    Column("official_source", "Xếp hạng tính từ hồ sơ (computed) hay theo điểm của Cổng (portal)"),
    Column("catalogue_version", "Phiên bản bộ chỉ số; không so sánh điểm của hai phiên bản"),
    Column("data_as_of", "Số liệu tính đến, giờ Việt Nam", has_gaps=True),
    Column("frozen_at", "Thời điểm chốt, giờ Việt Nam"),
    Column("next_release", "Ngày công bố kỳ sau", "day"),
    Column("number", "Số công bố", "integer", True),
    Column("short_hash", "Mã rút gọn của gói đã ký", has_gaps=True),
)


def feeds(publication: Publication, edition: Edition) -> Mapping[str, bytes]:
    """All files for programs, by their path in the site."""
    files = {f"data/{table.name}.csv": table.table(publication).csv() for table in given(edition)}
    files[DATA] = _json(_publication(publication, edition))
    files[SCHEMA] = _json(schema(edition))
    files[ATOM] = _atom(publication, edition)
    return files


def schema(edition: Edition) -> Mapping[str, Any]:
    """The JSON schema of the publication's data."""
    tables = {table.name: _list(table) for table in given(edition) if table.is_in_json}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Kết quả xếp hạng một tháng",
        **_object({"head": _row(_HEAD), "province": {"anyOf": [_object(tables), {"type": "null"}]}, **tables}),
    }


def _publication(publication: Publication, edition: Edition) -> Mapping[str, Any]:
    tables = [table for table in given(edition) if table.is_in_json]
    province = publication.province
    return {
        "head": _head(publication, edition),
        **{table.name: table.records(publication, publication.agencies) for table in tables},
        "province": {table.name: table.records(publication, [province]) for table in tables} if province else None,
    }


def _head(publication: Publication, edition: Edition) -> Mapping[str, Any]:
    head = publication.head
    known = {"period_month": head.month, "period_label": head.label, "edition": edition.value}
    return {column.name: known.get(column.name) or getattr(head, column.name) for column in _HEAD}


def _object(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _list(table: Given) -> Mapping[str, Any]:
    return {"type": "array", "description": table.title_vi, "items": _row((*SHARED, *table.columns))}


def _row(columns: tuple[Column, ...]) -> Mapping[str, Any]:
    return _object({column.name: _value(column) for column in columns})


def _value(column: Column) -> Mapping[str, Any]:
    value = {"description": column.meaning_vi, **_TYPES[column.kind]}
    return value | {"type": [value["type"], "null"]} if column.has_gaps else value


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, default=_plain) + "\n").encode()


def _plain(value: object) -> object:
    """What JSON has no form for. Points and ratios have at most six decimals, which a float keeps."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=LOCAL).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _atom(publication: Publication, edition: Edition) -> bytes:
    """One entry for each revision of the month that readers have, the newest first."""
    head = publication.head
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "vi"})
    marked = f" [{warned}]" if (warned := warning(publication)) else ""
    series = f"{head.province_code}/{edition.value}"
    _element(feed, "id", f"urn:uuid:{uuid5(_OURS, series)}")
    _element(feed, "title", f"Xếp hạng giải quyết thủ tục hành chính, {head.province_name_vi}{marked}")
    _element(feed, "updated", _instant(head.frozen_at))
    _element(_element(feed, "author"), "name", AUTHOR)
    _element(feed, "link", rel="self", href=ATOM)
    for revision in sorted(publication.revisions, key=lambda note: -note.revision):
        is_this = revision.revision == head.revision
        if not is_this and (head.month, revision.revision) not in publication.beside:
            continue
        other = addresses.other_revision(head.month, revision.revision, edition.value)
        entry = _element(feed, "entry")
        folder = f"{head.month:%Y-%m}/r{revision.revision}"
        _element(entry, "id", f"urn:uuid:{uuid5(_OURS, f'{series}/{folder}')}")
        _element(entry, "title", f"{capital(month(head.month))}, lần chốt {revision.revision}{marked}")
        _element(entry, "updated", _instant(revision.frozen_at))
        _element(entry, "link", rel="alternate", href=addresses.HOME if is_this else other)
        _element(entry, "summary", headline(publication) if is_this else revision_reason(revision))
    ElementTree.indent(feed)
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _element(parent: ElementTree.Element, name: str, text: str | None = None, **given: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}", given)
    made.text = text
    return made


def _instant(local: datetime) -> str:
    return local.replace(tzinfo=LOCAL).isoformat(timespec="seconds")

"""Columns of the workbook that several tables have, and how a column takes its value from a row."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from dvc766.reporting.content import Agency
from dvc766.reporting.rows import GroupScore
from dvc766.reporting.spreadsheet import Column, Kind, Value

Of = tuple[Agency, Any]
"""A row of a part of an agency, with the agency."""


def of_agency() -> Sequence[Column[Of]]:
    """The agency that a row is of: its peer group, code and name."""
    return (
        Column[Of]("Khối", lambda row: row[0].standing.peer_group_vi, width=15),
        Column[Of]("Mã cơ quan", lambda row: row[0].code, width=11),
        Column[Of]("Cơ quan", lambda row: row[0].name, width=30),
    )


def of_indicator() -> Sequence[Column[Of]]:
    """All that is said of an indicator's score."""
    return (
        field("Chỉ số", "indicator_code", 9),
        field("Tên chỉ số", "indicator_name_vi", 44),
        field("Tử số", "numerator", 10, Kind.COUNT),
        field("Mẫu số", "denominator", 10, Kind.COUNT),
        field("Tỷ lệ", "ratio", 9, Kind.PERCENT),
        field("Chỉ tiêu", "target", 11, Kind.PERCENT),
        field("Điểm", "points", 9, Kind.POINTS),
        field("Điểm tối đa", "max_points", 9, Kind.POINTS),
        field("Điểm chưa đạt", "lost_points", 9, Kind.POINTS),
        field("Trung vị tỷ lệ của khối", "peer_median_ratio", 11, Kind.PERCENT),
        field("Tình trạng", "status_vi", 15),
        field("Phạm vi số liệu", "scope_vi", 21),
    )


def group_points(group: GroupScore) -> Column[Agency]:
    """A column of an agency's points in a criterion group."""

    def value(agency: Agency) -> Value:
        score = agency.group(group.group_code)
        return score.points if score else None

    return Column(f"{group.group_name_vi} ({group.max_points:.0f})", value, Kind.POINTS, 11)


def own(heading: str, name: str, width: float, kind: Kind = Kind.TEXT) -> Column[Any]:
    """A column of a row's own field."""
    return Column(heading, attrgetter(name), kind, width)


def standing(heading: str, name: str, width: float, kind: Kind = Kind.TEXT) -> Column[Agency]:
    """A column of an agency's standing."""
    return Column(heading, attrgetter(f"standing.{name}"), kind, width)


def field(heading: str, name: str, width: float, kind: Kind = Kind.TEXT, missing: str | None = None) -> Column[Of]:
    """A column of a row that is listed with its agency; `missing` is said where it has no value."""

    def value(row: Of) -> Value:
        found: Value = getattr(row[1], name)
        return missing if found is None else found

    return Column(heading, value, kind, width)


def group_name(row: Of) -> str:
    """What the criterion group of a row is called."""
    group = row[0].group(row[1].group_code)
    return group.group_name_vi if group else row[1].group_code


def yes(holds: bool) -> str:
    """Whether something holds, in a word."""
    return "Có" if holds else "Không"

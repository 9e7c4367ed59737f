"""What rows of several seeds must say together, so that a month has one meaning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from dvc766.reference.files import Finding, Line

Tables = dict[str, list[Line]]
_ALL_POINTS = Decimal(100)
_DAY = timedelta(days=1)


def judge(tables: Tables) -> list[Finding]:
    """All that does not fit together; the cells themselves have been judged before."""
    return [*_points(tables), *_bounds(tables), *_agencies(tables), *_successions(tables)]


def days_of(line: Line) -> tuple[date, date]:
    """The first and the last day of a row; without one, from ever or for ever."""
    first, last = line.cells["valid_from"], line.cells["valid_to"]
    return date.fromisoformat(first) if first else date.min, date.fromisoformat(last) if last else date.max


def _in_force(lines: list[Line], day: date) -> list[Line]:
    return [line for line in lines if days_of(line)[0] <= day <= days_of(line)[1]]


def _days_of_change(lines: list[Line]) -> list[date]:
    """The days on which something begins or has just ended."""
    begun = {days_of(line)[0] for line in lines}
    ended = {days_of(line)[1] + _DAY for line in lines if days_of(line)[1] < date.max}
    return sorted(begun | ended)


def _points(tables: Tables) -> Iterator[Finding]:
    groups = {line.cells["group_code"]: line for line in tables["criterion_groups"]}
    total = sum((Decimal(line.cells["max_points"]) for line in groups.values()), Decimal(0))
    if total != _ALL_POINTS:
        yield Finding("criterion_groups.csv", None, "max_points", f"các nhóm cộng lại {total} điểm, phải là 100")
    indicators = tables["indicators"]
    for day in _days_of_change(indicators):
        points: defaultdict[str, Decimal] = defaultdict(Decimal)
        rows: dict[str, Line] = {}
        for line in _in_force(indicators, day):
            points[line.cells["group_code"]] += Decimal(line.cells["max_points"])
            rows[line.cells["group_code"]] = line
        for code, group in groups.items():
            most = Decimal(group.cells["max_points"])
            if rows and points[code] != most:
                line_number = rows[code].number if code in rows else None
                text = f"từ {day} các chỉ số của nhóm {code} cộng lại {points[code]} điểm, nhóm có {most}"
                yield Finding("indicators.csv", line_number, "max_points", text)
    targets: defaultdict[str, list[Line]] = defaultdict(list)
    for line in tables["indicator_targets"]:
        targets[line.cells["indicator_code"]].append(line)
    for line in indicators:
        first, last = days_of(line)
        own = targets[line.cells["indicator_code"]]
        changes = [day for day in _days_of_change(own) if first < day <= last]
        for day in (first, *changes):
            if not _in_force(own, day):
                text = f"chỉ số {line.cells['indicator_code']} không có chỉ tiêu vào ngày {day}"
                yield Finding("indicators.csv", line.number, "indicator_code", text)


def _bounds(tables: Tables) -> Iterator[Finding]:
    """Classes by their least score and bands by their least number of dossiers: each value has one, from 0 on."""
    for table, column, words in (
        ("grades", "min_score", ("mức điểm", "loại", "điểm")),
        ("volume_bands", "min_dossiers", ("số hồ sơ", "mức khối lượng", "hồ sơ")),
    ):
        bound_vi, class_vi, unit_vi = words
        for day in _days_of_change(tables[table]):
            bounds: dict[Decimal, Line] = {}
            for line in _in_force(tables[table], day):
                bound = Decimal(line.cells[column])
                if bound in bounds:
                    text = f"cùng {bound_vi} với dòng {bounds[bound].number} vào ngày {day}"
                    yield Finding(f"{table}.csv", line.number, column, text)
                bounds[bound] = line
            if bounds and min(bounds) != 0:
                text = f"vào ngày {day} không có {class_vi} nào bắt đầu từ 0 {unit_vi}"
                yield Finding(f"{table}.csv", bounds[min(bounds)].number, column, text)


def _agencies(tables: Tables) -> Iterator[Finding]:
    """The open work of an agency that ended must go somewhere."""
    by_code: defaultdict[str, list[Line]] = defaultdict(list)
    for line in tables["agencies"]:
        by_code[line.cells["agency_code"]].append(line)
    whole = {
        (line.cells["predecessor_code"], line.cells["effective_on"])
        for line in tables["agency_successions"]
        if not line.cells["field_code"]
    }
    for code, lines in by_code.items():
        for line in lines:
            last = days_of(line)[1]
            if last == date.max:
                continue
            following = last + _DAY
            goes_on = any(days_of(other)[0] == following for other in lines)
            if (code, following.isoformat()) not in whole and not goes_on:
                text = (
                    f"{code} kết thúc nhưng agency_successions.csv không có dòng nào của mã này từ {following} cho mọi "
                    "lĩnh vực (successor_code để trống nếu không cơ quan nào nhận lại toàn bộ)"
                )
                yield Finding("agencies.csv", line.number, "valid_to", text)


def _successions(tables: Tables) -> Iterator[Finding]:
    agencies = tables["agencies"]
    seen: dict[tuple[str, str, str], int] = {}
    for line in tables["agency_successions"]:
        cells = line.cells
        since = date.fromisoformat(cells["effective_on"])
        code, heir, scope = cells["predecessor_code"], cells["successor_code"], cells["field_code"]
        if not bears(agencies, code, since - _DAY, ends=True):
            text = f"agencies.csv không có dòng nào của {code} kết thúc vào {since - _DAY}"
            yield Finding("agency_successions.csv", line.number, "predecessor_code", text)
        if code == heir:
            text = "một cơ quan không kế thừa chính nó; đổi tên thì thêm dòng trong agencies.csv với cùng mã"
            yield Finding("agency_successions.csv", line.number, "successor_code", text)
        elif heir and not bears(agencies, heir, since):
            text = f"{heir} chưa có hoặc không còn vào ngày {since}"
            yield Finding("agency_successions.csv", line.number, "successor_code", text)
        first = seen.setdefault((code, scope, cells["effective_on"]), line.number)
        if first != line.number:
            text = f"dòng {first} đã nói ai nhận hồ sơ của {code} từ ngày này"
            yield Finding("agency_successions.csv", line.number, "successor_code", text)


def bears(agencies: list[Line], code: str, day: date, *, ends: bool = False) -> bool:
    """Whether a code names an agency on a day, or one that ends on it."""
    spans: list[tuple[date, date]] = [days_of(line) for line in agencies if line.cells["agency_code"] == code]
    return any(last == day if ends else first <= day <= last for first, last in spans)

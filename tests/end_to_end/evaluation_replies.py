"""Replies of the seven evaluation endpoints, made from points by unit and group, in the shapes of captured ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MOST = {"CKMB": 18, "TDGQ": 20, "CLGQ": 12, "TTTT": 10, "MDSH": 22, "MDHL": 18}
LISTS = {"transparency": "CKMB", "dossier-digitized": "MDSH", "handling-satisfaction": "MDHL"}
TREES = {"dvc-progress-tree": "TDGQ", "provide-online-tree": "CLGQ", "formality-online-payment-tree": "TTTT"}
WITH_CODES = {"dossier-digitized", *TREES, "service-results"}  # the other two lists tell ids only


@dataclass(frozen=True)
class Unit:
    """A unit with the points that the portal gives it for each group; None: no row in that group's reply."""

    code: str
    name: str
    peer_group: str | None
    points: tuple[float | None, ...]  # in the order of MOST

    @property
    def is_whole(self) -> bool:
        """Whether it has points of all six groups."""
        return None not in self.points

    @property
    def total(self) -> float:
        """The sum of its groups, as the portal publishes it."""
        return round(sum(points or 0 for points in self.points), 2)


UNITS = (
    Unit("H44", "UBND tỉnh Phú Thọ", "province", (7.96, 15.68, 8.83, 6.25, 8.22, 12.97)),
    Unit("H44.03", "Ban quản lý các khu công nghiệp", "department", (7.96, 16.53, 7.09, 7.67, 10.53, 17.51)),
    Unit("H44.07", "Sở Công Thương", "department", (7.96, 13.78, 6.45, 8, 10.47, 16.59)),
    Unit("H44.08", "Sở Giáo dục và Đào tạo", "department", (7.96, 16.53, 7.09, 7.67, 10.53, 17.51)),  # ties with H44.03
    Unit("H44.104", "UBND xã Hy Cương", "commune", (7.96, 13.45, 6.32, 6.16, 7.76, 16.48)),  # not in the seed
    Unit("H44.166", "UBND xã Tam Sơn", "commune", (7.96, 18.09, 6.19, 6.28, 0, 18)),  # 0 points are points
    Unit("H44.197", "UBND xã Bình Tuyền", "commune", (7.96, 15.41, 6.4, 5.2, 9.03, 17.02)),
    Unit("H44.167", "UBND xã Sông Lô", "commune", (7.96, 17.22, 6.31, 6.05, None, 18)),
    Unit("H44.168", "UBND xã Hải Lựu", "commune", (None, 17.1, 6.31, 6.18, 8, 18)),
    Unit("H44.46", "Sở Dân Tộc và Tôn Giáo", "department", (7.96, 8, 0, None, None, 14.67)),
    Unit("H44.999", "Trung tâm không rõ cấp", None, (7.96, 8, 5, 4, 3, 2)),  # no reply tells its level
)


def replies(units: Sequence[Unit]) -> dict[str, dict[str, Any]]:
    """The replies by endpoint; the first unit is the province."""
    return (
        {"service-results": {"overview": _scores(units[0]), "evaluation": [_scores(unit) for unit in units[1:]]}}
        | {name: _list(name, group, units) for name, group in LISTS.items()}
        | {name: _tree(name, group, units) for name, group in TREES.items()}
    )


def _scores(unit: Unit) -> dict[str, Any]:
    return _who(unit, "service-results") | {"totalScore": unit.total, "totalMaxScore": 100, "ratio": unit.total}


def _list(name: str, group: str, units: Sequence[Unit]) -> dict[str, Any]:
    rows = [
        _who(unit, name) | _level(unit, "departmentLevel") | {"metrics": []} | _points(unit, group, "total")
        for unit in units
        if _of(unit, group) is not None
    ]
    pages = {"total": len(rows) - 1, "currentPage": 1, "pageSize": 200, "totalPages": 1}
    return {"overview": rows[0], "evaluation": rows[1:], "pagination": pages}


def _tree(name: str, group: str, units: Sequence[Unit]) -> dict[str, Any]:
    rows = [
        _who(unit, name) | _level(unit, "level") | _points(unit, group, "" if name == "dvc-progress-tree" else "total")
        for unit in units
        if _of(unit, group) is not None
    ]
    return {"parent": rows[0], "children": rows[1:]}


def _who(unit: Unit, name: str) -> dict[str, Any]:
    code = {"departmentCode": unit.code} if name in WITH_CODES else {}
    return {"departmentId": f"d-{unit.code}", "departmentName": unit.name} | code


def _level(unit: Unit, field: str) -> dict[str, Any]:
    """Departments have the level of the province."""
    return {} if unit.peer_group is None else {field: "COMMUNE" if unit.peer_group == "commune" else "PROVINCE"}


def _points(unit: Unit, group: str, prefix: str) -> dict[str, Any]:
    names = ("totalScore", "totalMaxScore") if prefix else ("score", "maxScore")
    return dict(zip(names, (_of(unit, group), MOST[group]), strict=True))


def _of(unit: Unit, group: str) -> float | None:
    return unit.points[list(MOST).index(group)]

"""The national portal's own scores of a month, flattened to one record per unit and metric, and its units.

The portal's metric codes are kept where it has them. The tree replies give counts without a code, and
every reply gives its group's total: those metrics are named here. Nothing is recomputed, and nothing
missing becomes 0. Example: a unit of `formality-online-payment-tree` becomes three records of counts
(DOSSIER_PAID, FORMALITY_PAID, FORMALITY_FEE_DOSSIER) and one of points (GROUP_TTTT).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from dvc766.portals import values
from dvc766.portals.wire_paths import entries, get

log = logging.getLogger(__name__)

TOTAL = "TOTAL"
LEVELS = ("level", "departmentLevel", "childGroup")  # a tree, a list and `service-results` each have a name for it
GROUP_METRICS = {  # the groups as `service-results` names them
    "CKMB": "GROUP_CKMB",
    "TDGQ": "GROUP_TDGQ",
    "CLGQ": "GROUP_DVCTT",  # the portal's "quality" group is the online-service group
    "TTTT": "GROUP_TTTT",
    "MDSH": "GROUP_MDSH",
    "MDHL": "GROUP_MDHL",
}


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two counts of a tree reply that divide; `is_group`: the group's points are this metric's own."""

    code: str
    numerators: tuple[str, ...]
    denominator: str
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An endpoint of one group: a list of coded metrics, or a tree whose counts are named here."""

    name: str
    group_metric: str
    ratios: tuple[Ratio, ...] = ()


EVALUATIONS = (
    Evaluation("transparency", "GROUP_CKMB"),
    Evaluation("dossier-digitized", "GROUP_MDSH"),
    Evaluation("handling-satisfaction", "GROUP_MDHL"),
    Evaluation(
        "dvc-progress-tree",
        "GROUP_TDGQ",
        (Ratio("DOSSIER_ON_TIME", ("totalOnTime",), "totalReceived", is_group=True),),
    ),
    Evaluation(
        "provide-online-tree",
        "GROUP_DVCTT",
        (
            Ratio("FORMALITY_ONLINE", ("partialCount", "fullCount"), "authorityCount"),
            Ratio("SERVICE_USED", ("onlineDossierCount",), "onlineServiceTotal"),
            Ratio("DOSSIER_ONLINE", ("channelOnlineSum",), "channelTotalSum"),
        ),
    ),
    Evaluation(
        "formality-online-payment-tree",
        "GROUP_TTTT",
        (
            Ratio("DOSSIER_PAID", ("totalDossierOnlinePaymentSuccess",), "totalDossierFinancialObligation"),
            Ratio("FORMALITY_PAID", ("totalDossierOnlineFormalityPaymentSuccess",), "totalFeeFormality"),
            # `totalFeeDossierFormalityDistinct` is no numerator: it equals the denominator
            Ratio("FORMALITY_FEE_DOSSIER", ("totalFeeDossierFormality",), "totalFeeFormality"),
        ),
    ),
)


class Captures:
    """Collects the replies of one month; unit codes that a reply lacks are joined by the unit's id."""

    def __init__(self, month: date, codes_by_id: dict[str, str]) -> None:
        self._month = month
        self._codes = dict(codes_by_id)
        self._units: list[Any] = []
        self._rows: list[tuple[Any, dict[str, Any]]] = []  # unit, metric
        self._repeated: list[tuple[Any, str, Any]] = []  # unit, group metric, points of `service-results`

    def add_scores(self, unit: Any) -> None:
        """A unit of `service-results`: its total, and its groups where the reply has them."""
        self._learn(unit)
        self._rows.append((unit, {"metric_code": TOTAL} | _points(unit)))
        groups = get(unit, "groupScores")
        for code, metric in GROUP_METRICS.items() if isinstance(groups, dict) else ():
            if _is_given(get(groups, code)):
                self._repeated.append((unit, metric, get(groups, code)))

    def add(self, unit: Any, evaluation: Evaluation) -> None:
        """A unit of one group's reply: the group's total, and the metrics that the unit shows."""
        self._learn(unit)
        total = _points(unit)
        if any(map(_is_given, total.values())) or not isinstance(unit, dict):  # no unit at all: rejected, not lost
            self._rows.append((unit, {"metric_code": evaluation.group_metric} | total))
        for metric in entries(get(unit, "metrics")):
            pair = {name: get(metric, name) for name in ("numerator", "denominator")}
            status = {"data_quality_status": get(metric, "dataQualityStatus")}
            self._rows.append((unit, {"metric_code": get(metric, "code")} | pair | _points(metric) | status))
        for ratio in evaluation.ratios:
            counts = [get(unit, name) for name in (*ratio.numerators, ratio.denominator)]
            if any(map(_is_given, counts)):  # below the province the online tree gives totals only
                pair = {"numerator": _sum(counts[:-1]), "denominator": counts[-1]}
                own = total if ratio.is_group else {}
                self._rows.append((unit, {"metric_code": ratio.code} | pair | own))

    def records(self) -> Iterator[dict[str, Any]]:
        """Everything collected, in the shape of the resource `evaluations`.

        A group's total comes from the group's own reply, and `service-results` may repeat it: the
        reply's own is kept, what only `service-results` gives is taken, and a difference is told.
        """
        repeated = {(self._code(unit), metric): points for unit, metric, points in self._repeated}
        for unit, metric in self._rows:
            key = self._code(unit), metric["metric_code"]
            points = repeated.pop(key, None)
            if points is not None and not _is_given(metric["points"]):
                metric = metric | {"points": points}
            elif points is not None and _number(points) != _number(metric["points"]):
                log.warning(
                    "%s, %s of %s: %r points in the group's own reply, which are kept, and %r in service-results.",
                    *(*key, self._month, metric["points"], points),
                )
            yield self._record(key[0], metric)
        for (code, group), points in repeated.items():
            yield self._record(code, {"metric_code": group, "points": points})

    def units(self) -> Iterator[dict[str, Any]]:
        """Each unit of the replies once, with the first name and level that they give it.

        A unit whose code no reply tells is rejected with its figures, and has no place here.
        """
        named: dict[str, dict[str, Any]] = {}
        for unit in self._units:
            if (code := self._code(unit)) is None:
                continue
            own = named.setdefault(str(code), {"name_vi": None, "level": None})
            own["name_vi"] = own["name_vi"] or get(unit, "departmentName")
            own["level"] = own["level"] or next(filter(_is_given, (get(unit, name) for name in LEVELS)), None)
        for code, own in named.items():
            yield self._record(code, own)

    def _record(self, code: Any, told: dict[str, Any]) -> dict[str, Any]:
        return {"unit_code": code, "period_kind": "month", "period_start": self._month.isoformat(), **told}

    def _code(self, unit: Any) -> Any:
        return get(unit, "departmentCode") or self._codes.get(str(get(unit, "departmentId")))

    def _learn(self, unit: Any) -> None:
        self._units.append(unit)
        unit_id, code = get(unit, "departmentId"), get(unit, "departmentCode")
        if unit_id and code and values.LOST not in str(unit_id):
            self._codes[str(unit_id)] = str(code)


def _points(scored: Any) -> dict[str, Any]:
    """Points and most points, which some replies call a score and others a total score."""
    return {
        "points": _either(scored, "score", "totalScore"),
        "max_points": _either(scored, "maxScore", "totalMaxScore"),
    }


def _is_given(value: Any) -> bool:
    """False for each of the ways in which the portal gives no figure."""
    return value not in (None, "")


def _either(record: Any, name: str, other: str) -> Any:
    value = get(record, name)
    return get(record, other) if value is None else value


def _sum(counts: list[Any]) -> Any:
    """The sum as wire text; unknown when one is unknown, and unreadable when one is."""
    if len(counts) == 1:
        return counts[0]
    try:
        numbers = [values.read_integer(count) for count in counts]
    except ValueError:
        return counts  # no number, and rejected as such
    if None in numbers:
        return None
    return str(sum(int(number) for number in numbers if number is not None))


def _number(value: Any) -> str | None:
    """The number behind the wire's value; None when it is none."""
    try:
        return values.read_number(value)
    except ValueError:
        return None

"""The national portal's own scores of a month, flattened to one record per unit and metric.

The portal's metric codes are kept where it has them. The tree replies give counts without a code:
those metrics are named here. Nothing is recomputed, and nothing missing becomes 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from dvc766.portals import values
from dvc766.portals.wire_paths import entries, get

GROUP_METRICS = {
    "CKMB": "GROUP_CKMB",
    "TDGQ": "GROUP_TDGQ",
    "CLGQ": "GROUP_DVCTT",  # the portal's "quality" group is the online-service group
    "TTTT": "GROUP_TTTT",
    "MDSH": "GROUP_MDSH",
    "MDHL": "GROUP_MDHL",
}
TOTAL = "TOTAL"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A metric of a tree reply: the counts it divides, and whether the reply's score is its own."""

    code: str
    numerators: tuple[str, ...]
    denominator: str
    is_scored: bool = False


TREES: dict[str, tuple[Ratio, ...]] = {
    "dvc-progress-tree": (Ratio("DOSSIER_ON_TIME", ("totalOnTime",), "totalReceived", is_scored=True),),
    "provide-online-tree": (
        Ratio("FORMALITY_ONLINE", ("partialCount", "fullCount"), "authorityCount"),
        Ratio("SERVICE_USED", ("onlineDossierCount",), "onlineServiceTotal"),
        Ratio("DOSSIER_ONLINE", ("channelOnlineSum",), "channelTotalSum"),
    ),
    "formality-online-payment-tree": (
        Ratio("DOSSIER_PAID", ("totalDossierOnlinePaymentSuccess",), "totalDossierFinancialObligation"),
        Ratio("FORMALITY_PAID", ("totalDossierOnlineFormalityPaymentSuccess",), "totalFeeFormality"),
        Ratio("FORMALITY_PAID_NATIONAL", ("totalFeeDossierFormalityDistinct",), "totalFeeFormality"),
    ),
}
LISTS = ("transparency", "dossier-digitized", "handling-satisfaction")


class Captures:
    """Collects the replies of one month; unit codes that a reply lacks are joined by the unit's id."""

    def __init__(self, month: date, codes_by_id: dict[str, str]) -> None:
        self._month = month
        self._codes = dict(codes_by_id)
        self._rows: list[tuple[dict[str, Any], dict[str, Any]]] = []  # unit, metric

    def add_scores(self, unit: dict[str, Any]) -> None:
        """A unit of `service-results`: its total and its six groups."""
        self._learn(unit)
        scored = {"points": _either(unit, "totalScore", "score")}
        self._rows.append(
            (unit, {"metric_code": TOTAL, "max_points": _either(unit, "totalMaxScore", "maxScore"), **scored})
        )
        groups = get(unit, "groupScores")
        for code, metric in GROUP_METRICS.items() if isinstance(groups, dict) else ():
            self._rows.append((unit, {"metric_code": metric, "points": get(groups, code)}))

    def add_metrics(self, unit: dict[str, Any]) -> None:
        """A unit of a list reply: the metrics under the portal's own codes."""
        self._learn(unit)
        for metric in entries(get(unit, "metrics")):
            if isinstance(metric, dict):
                self._rows.append(
                    (
                        unit,
                        {
                            "metric_code": get(metric, "code"),
                            "numerator": get(metric, "numerator"),
                            "denominator": get(metric, "denominator"),
                            "points": _either(metric, "score", "totalScore"),
                            "max_points": _either(metric, "maxScore", "totalMaxScore"),
                            "data_quality_status": get(metric, "dataQualityStatus"),
                        },
                    )
                )

    def add_counts(self, unit: dict[str, Any], ratios: tuple[Ratio, ...]) -> None:
        """A unit of a tree reply; parents and children name their score differently."""
        self._learn(unit)
        for ratio in ratios:
            metric = {
                "metric_code": ratio.code,
                "numerator": _sum([get(unit, name) for name in ratio.numerators]),
                "denominator": get(unit, ratio.denominator),
            }
            if ratio.is_scored:
                metric["points"] = _either(unit, "score", "totalScore")
                metric["max_points"] = _either(unit, "maxScore", "totalMaxScore")
            self._rows.append((unit, metric))

    def records(self) -> Iterator[dict[str, Any]]:
        """Everything collected, in the shape of the resource `evaluations`."""
        for unit, metric in self._rows:
            code = get(unit, "departmentCode") or self._codes.get(str(get(unit, "departmentId")))
            yield {
                "unit_code": code,
                "period_kind": "month",
                "period_start": self._month.isoformat(),
                **metric,
            }

    def _learn(self, unit: dict[str, Any]) -> None:
        unit_id, code = get(unit, "departmentId"), get(unit, "departmentCode")
        if unit_id and code:
            self._codes[str(unit_id)] = str(code)


def _either(record: dict[str, Any], name: str, other: str) -> Any:
    """Children say `score` and `maxScore`, parents `totalScore` and `totalMaxScore`."""
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

"""The rows of reference as they were when a revision was frozen: labels, rules of scoring, grades.

A label or a target that is changed later does not change what was published.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from dvc766.failures import NeedsAPerson
from dvc766.reporting.rows import Grade, IndicatorRule, RevisionNote

SEEDS = "seeds/{}.csv"
_NEEDED = ("labels", "indicators", "indicator_targets", "grades", "catalogue_versions", "criterion_groups")

Row = Mapping[str, str]


class ReferenceNotKept(NeedsAPerson):
    """A revision was frozen by a release that kept no rows of reference."""


class FrozenReference:
    """The reference files of a revision, e.g. `FrozenReference(files).label("scope", "province")`."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        missing = [name for name in _NEEDED if SEEDS.format(name) not in files]
        if missing:
            raise ReferenceNotKept(
                f"Lần chốt này không lưu bảng tham chiếu {', '.join(missing)}, nên không lập được báo cáo.\n"
                "Việc cần làm: công bố lần chốt mới (./run publish --period … --reason …), rồi lập báo cáo của lần đó."
            )
        self._rows = {
            name: list(csv.DictReader(io.StringIO(files[SEEDS.format(name)].decode("utf-8-sig")))) for name in _NEEDED
        }

    def label(self, code_set: str, code: str | None) -> str | None:
        """The Vietnamese name of a code; the code itself when it has none."""
        if code is None:
            return None
        named = (row["name_vi"] for row in self._rows["labels"] if (row["code_set"], row["code"]) == (code_set, code))
        return next(named, code)

    def place_of_peer_group(self, code: str) -> int:
        """Where a peer group stands among the others."""
        places = {
            row["code"]: int(row["display_order"]) for row in self._rows["labels"] if row["code_set"] == "peer_group"
        }
        return places.get(code, len(places))

    def catalogue_name(self, version: str) -> str:
        """What a version of the catalogue is called."""
        named = (row["name_vi"] for row in self._rows["catalogue_versions"] if row["catalogue_version"] == version)
        return next(named, version)

    def rules(self, on: date) -> Sequence[IndicatorRule]:
        """How each indicator is scored on a day, in the order of the catalogue."""
        targets = {row["indicator_code"]: row for row in self._in_force("indicator_targets", on)}
        groups = {row["group_code"]: int(row["display_order"]) for row in self._rows["criterion_groups"]}
        indicators = sorted(
            self._in_force("indicators", on),
            key=lambda row: (groups[row["group_code"]], int(row["display_order"])),
        )
        return [
            IndicatorRule(
                indicator_code=row["indicator_code"],
                group_code=row["group_code"],
                name_vi=row["name_vi"],
                max_points=Decimal(row["max_points"]),
                target=Decimal(targets[row["indicator_code"]]["target"]),
                zero_rule_vi=self.label("zero_rule", row["zero_rule"]) or "",
                scope_vi=self.label("scope", row["scope"]) or "",
                legal_basis=row["legal_basis"],
                target_basis=targets[row["indicator_code"]]["legal_basis"],
            )
            for row in indicators
        ]

    def grades(self, on: date) -> Sequence[Grade]:
        """The classes of scores on a day, the best first."""
        return sorted(
            (
                Grade(row["grade_code"], row["name_vi"], Decimal(row["min_score"]), row["legal_basis"])
                for row in self._in_force("grades", on)
            ),
            key=lambda grade: -grade.min_score,
        )

    def named(self, note: RevisionNote) -> RevisionNote:
        """The same revision with the name of its reason."""
        return replace(note, reason_vi=self.label("revision_reason", note.reason_vi))

    def _in_force(self, name: str, on: date) -> Iterator[Row]:
        for row in self._rows[name]:
            if row["valid_from"] <= str(on) and (row["valid_to"] or "9999") >= str(on):
                yield row

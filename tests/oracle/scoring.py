"""From counts to points: every indicator of every agency in a month, in exact decimals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from portal_simulator.records import Province
from tests.oracle.agencies import Directory, Succession, directory
from tests.oracle.catalogue import Sets, announcements, catalogue_sets
from tests.oracle.codes import AS_EVER, Codes
from tests.oracle.dossiers import DossierCounts, count_dossiers
from tests.oracle.law import TODAYS_LAW, Law
from tests.oracle.petitions import count_petitions
from tests.oracle.timeliness import Period

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# code -> (group, most points, target, points at a denominator of 0)
RULES: dict[str, tuple[str, str, str, str]] = {
    "1.1": ("CKMB", "6", "1", "none"),
    "1.2": ("CKMB", "4", "1", "none"),
    "1.3": ("CKMB", "2", "1", "none"),
    "1.4": ("CKMB", "6", "1", "none"),
    "2.1": ("TDGQ", "20", "1", "zero"),
    "3.1": ("DVCTT", "2", "0.8", "zero"),
    "3.2": ("DVCTT", "4", "1", "zero"),
    "3.3": ("DVCTT", "6", "0.5", "zero"),
    "3.5": ("TTTT", "2", "0.8", "zero"),
    "3.5b": ("TTTT", "2", "0.8", "zero"),
    "3.6": ("TTTT", "6", "1", "zero"),
    "4.1": ("MDSH", "6", "1", "none"),
    "4.2": ("MDSH", "4", "1", "none"),
    "4.3": ("MDSH", "2", "0.8", "none"),
    "4.4": ("MDSH", "4", "1", "none"),
    "4.5a": ("MDSH", "2", "1", "none"),
    "4.5b": ("MDSH", "2", "1", "none"),
    "4.6": ("MDSH", "2", "1", "full"),
    "5.2": ("MDHL", "6", "1", "full"),
    "5.3": ("MDHL", "6", "1", "full"),
    "5.4": ("MDHL", "6", "0.9", "zero"),
}
_TARGETS_OF_2022 = {"4.2": "0.8", "3.6": "0.3", "3.5b": "0.5"}  # valid to 2025-12-31
_2026 = date(2026, 1, 1)
Ratio = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """One agency's indicator."""

    numerator: int
    denominator: int
    points: Decimal | None
    status: str  # scored | no_cases | no_data


def month_of(first: date, known_at: datetime, law: Law = TODAYS_LAW) -> Period:
    """The calendar month that begins on `first`."""
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    midnight = datetime.min.time()
    return Period(
        datetime.combine(first, midnight, ZONE),
        datetime.combine(following, midnight, ZONE),
        following - timedelta(days=1),
        known_at,
        law,
    )


def score(code: str, numerator: int, denominator: int, on: date) -> Cell:
    """Points of a count by the catalogue valid on the period's last day."""
    _, most, target, at_zero = RULES[code]
    if on < _2026:
        target = _TARGETS_OF_2022.get(code, target)
    if denominator == 0:
        points = {"none": None, "zero": Decimal("0.00"), "full": Decimal(most)}[at_zero]
        return Cell(numerator, 0, points, "no_cases")
    share = Decimal(numerator) / Decimal(denominator) / Decimal(target)
    # exact test for full points: a division may be cut off, the comparison may not
    if Decimal(numerator) >= Decimal(target) * denominator:
        share = Decimal(1)
    points = (Decimal(most) * share).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Cell(numerator, denominator, points, "scored")


def scorecards(
    province: Province,
    first: date,
    known_at: datetime,
    national: dict[str, Ratio] | None = None,
    catalogue_on: date | None = None,
    law: Law = TODAYS_LAW,
    *,
    successions: Sequence[Succession] = (),
    codes: Codes = AS_EVER,
) -> dict[str, dict[str, Cell]]:
    """Every agency's cells, by agency and indicator code.

    `national`: DOSSIER_SYNC (confirmed, reported) by agency; by default the published figures.
    `catalogue_on`: the day of the last reading of the catalogue before the period's end, where that
    is known; by default the period's last day. `successions`: more than the simulator's file has.
    """
    period = month_of(first, known_at, law)
    places = directory(province, period.last_day, successions)
    dossiers = count_dossiers(province, places, period, catalogue_on, codes)
    petitions = count_petitions(province, places, period, codes)
    sets = catalogue_sets(province, places, catalogue_on or period.last_day, codes)
    announced = announcements(province, period)
    captures = _captures(province) if national is None else national
    cards = {}
    for agency in places.valid:
        ratios = _ratios(
            dossiers.get(agency, DossierCounts()),
            petitions.get(agency, Counter()),
            sets.get(agency, Sets()),
        )
        ratios.update(announced)
        own = dossiers.get(agency, DossierCounts()).number["received"]
        cells = {code: score(code, *ratios[code], period.last_day) for code in ratios}
        if period.known_at < period.end:
            cells["4.6"] = Cell(0, 0, None, "no_data")  # the portal publishes nothing of a running month
        if agency in captures:
            confirmed, reported = captures[agency]
            cells["1.4"] = score("1.4", confirmed, max(own, reported), period.last_day)
        else:
            cells["1.4"] = Cell(0, own, None, "no_data")
        cards[agency] = {code: cells[code] for code in RULES}
    return cards


def _captures(province: Province) -> dict[str, Ratio]:
    captured: dict[str, Ratio] = {}
    for (unit, indicator), values in (province.published_figures or {}).items():
        top, bottom = values["numerator"], values["denominator"]
        if indicator == "1.4" and isinstance(top, int) and isinstance(bottom, int):
            captured[unit] = (top, bottom)
    return captured


def _ratios(dossiers: DossierCounts, petitions: Counter[str], sets: Sets) -> dict[str, Ratio]:
    number, seen = dossiers.number, dossiers.procedures
    base = number["in_hand"]
    fee_bearing, paid = sets.fee_bearing, seen["paid"]
    with_duty = len(fee_bearing | paid)
    return {
        "2.1": (number["on_time"], number["timed"]),
        "3.1": (len(sets.authority_online), len(sets.authority)),
        "3.2": (len(sets.services & seen["filed_online"]), len(sets.services)),
        "3.3": (number["filed_online"], number["filed"]),
        "3.5": (len(fee_bearing & seen["came_with_fee"]), with_duty),
        "3.5b": (len(paid), with_duty),
        "3.6": (number["paid_online"], number["with_fee"]),
        "4.1": (number["with_result"], base),
        "4.2": (number["digitised"], base),
        "4.3": (number["reused"], base),
        "4.4": (number["stored"], base),
        "4.5a": (len(sets.citizen & seen["verified"]), len(sets.citizen)),
        "4.5b": (number["linked"], base),
        "4.6": (0, 0),
        "5.2": (petitions["handled_well"], petitions["handled"]),
        "5.3": (petitions["satisfied"], petitions["received"]),
        "5.4": (number["satisfied"], base),
    }


def places_of(province: Province, first: date, known_at: datetime) -> Directory:
    """The agencies of the month."""
    return directory(province, month_of(first, known_at).last_day)

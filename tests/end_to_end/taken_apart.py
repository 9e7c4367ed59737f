"""The change of every score since the month before, taken apart a second time: exact fractions over what readers see.

announced ──► as it stands ──► by this month's rules ──► with this month's mix of procedures ──► this month's points
         restated         rules                      mix                                  facts
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from dvc766 import runs
from dvc766.warehouse import published
from tests.end_to_end.pipeline import Pipeline

Cell = tuple[date, str, str]  # month, agency, indicator
Counts = dict[str, tuple[int, int]]  # by procedure
PARTS = ("restated_points", "rules_points", "mix_points", "facts_points")
NOTHING = Decimal(0)

_NEWEST = "select period_month, max(revision) as revision from published.revisions group by period_month"
# (indicator, is in the denominator, is in the numerator), and the columns that say so
_IN_HAND = """
    ('2.1', is_timed, is_on_time), ('3.6', has_fee, is_paid_online), ('4.1', true, has_result_file),
    ('4.2', true, is_digitised), ('4.3', true, reuses_data), ('4.4', true, in_national_store),
    ('4.5b', true, is_vneid_verified or uses_population_data), ('5.4', true, is_satisfied)
"""
_FLAGS = "is_timed, is_on_time, has_fee, is_paid_online, has_result_file, is_digitised, reuses_data, in_national_store"
_EVIDENCE = {
    "dossier": (f"{_FLAGS}, is_vneid_verified, uses_population_data, is_satisfied", _IN_HAND),
    "filing": ("is_filed_online", "('3.3', true, is_filed_online)"),
}
_BEARERS = "period_month, reporting_agency_code, province_agency_code, procedure_code"
_COUNTS = """
select period_month, bearer.agency_code, judged.code, procedure_code,
    count(*) filter (where judged.is_counted) as numerator, count(*) as denominator
from (
    select {columns} from marts.open_{kind}_months
    union all
    select {columns} from published.{kind}_months inner join ({newest}) as newest using (period_month, revision)
) as record
cross join lateral (values (reporting_agency_code), (province_agency_code)) as bearer (agency_code)
cross join lateral (values {judged}) as judged (code, is_in_base, is_counted)
where judged.is_in_base and bearer.agency_code is not null
group by 1, 2, 3, 4
"""
_DEFINED = """
select card.*, version.zero_rule
from marts.agency_scorecards_monthly as card
inner join marts.dim_indicator_versions as version
    on version.indicator_code = card.indicator_code
    and (card.period_month + interval '1 month')::date - 1
        between version.valid_from and coalesce(version.valid_to, 'infinity')
"""


# A dossier that re-uses data, of an agency with few, which the month after can be compared with.
_WRONG = """
select source_id, reporting_agency_code as agency_code, province_agency_code
from published.dossier_months
inner join published.agency_scorecards_monthly as card using (period_month, revision)
inner join marts.agency_rankings_monthly as following
    on following.agency_code = card.agency_code
    and following.period_month = card.period_month + interval '1 month'
where card.period_month = %s and reuses_data and card.agency_code = reporting_agency_code and indicator_code = '4.3'
    and card.points < card.max_points and following.score_change is not null
order by card.denominator, source_id limit 1
"""
_AGAIN = "jsonb_build_object('revision', 2)"
_FEWER = "round(least(max_points, max_points * (numerator - 1) / (denominator * target)), 2)"
_CORRECTED = {
    "revisions": f"""{_AGAIN} || jsonb_build_object(
        'reason_code', 'late_data', 'note', 'Văn bản số 12/VP', 'author', 'Nguyễn Văn A', 'approver', 'Trần Thị B'
    )""",
    "dossier_months": f"{_AGAIN} || jsonb_build_object('reuses_data', reuses_data and source_id <> %(dossier)s)",
    "agency_scorecards_monthly": f"""{_AGAIN} || case
        when indicator_code = '4.3' and agency_code = any(%(agencies)s)
            then jsonb_build_object('numerator', numerator - 1, 'points', {_FEWER})
        else '{{}}'
    end""",
    "agency_rankings_monthly": f"""{_AGAIN} || case
        when agency_code = any(%(agencies)s)
            then jsonb_build_object('score', score + (
                select {_FEWER} - points from published.agency_scorecards_monthly as card
                where card.period_month = kept.period_month and card.revision = 1
                    and card.agency_code = kept.agency_code and card.indicator_code = '4.3'
            ))
        else '{{}}'
    end""",
}


@dataclass
class Known:
    """What the parts are made of: score cards as they stand, points as first announced, counts by procedure."""

    cards: dict[Cell, dict[str, Any]]
    announced: dict[Cell, Decimal | None]
    counts: Mapping[Cell, Counts] = field(default_factory=dict)


def different_changes(pipeline: Pipeline) -> list[str]:
    """The rows of marts.score_changes_monthly that are not what the second way gives, and totals that do not fit.

    A row is compared exactly where the ranking compares the agency's month.
    """
    known = _known(pipeline)
    rows = {_cell(row): row for row in pipeline.rows("select * from marts.score_changes_monthly")}
    rankings = pipeline.rows("select * from marts.agency_rankings_monthly")
    compared = {(row["period_month"], row["agency_code"]) for row in rankings if row["score_change"] is not None}
    wanted = set(known.cards) | {
        (_after(month), agency, code) for month, agency, code in known.cards if (_after(month), agency) in compared
    }
    found = [f"{cell}: a row too few or too many" for cell in sorted(wanted ^ set(rows))]
    for cell, row in rows.items():
        theirs = _parts(known, cell) if cell[:2] in compared else dict.fromkeys(PARTS)
        ours = {part: row[part] for part in PARTS}
        whole = None if row["points_change"] is None else sum(ours.values(), NOTHING)
        now, before = row["points"] or NOTHING, row["previous_points"] or NOTHING
        if ours != theirs or (whole is not None and not now - before == whole == row["points_change"]):
            found.append(f"{cell}: {ours} instead of {theirs}")
    # the ranking compares with the month before as it stands, corrections included
    since: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for cell, row in rows.items():
        if row["points_change"] is not None:
            since[cell[:2]] += row["points_change"] - row["restated_points"]
    shown = {(row["period_month"], row["agency_code"]): row["score_change"] for row in rankings}
    return found + [f"{of}: {since.get(of)} in all" for of in shown if shown[of] != since.get(of)]


def freeze_and_correct(pipeline: Pipeline, month: date) -> str:
    """Freeze a month, and its second revision, in which a dossier of an agency re-used no data (4.3); the agency."""
    runs.freeze(pipeline.settings, month)
    [wrong] = pipeline.rows(_WRONG, month)
    of_dossier = (wrong["source_id"], [wrong["agency_code"], wrong["province_agency_code"]])
    with pipeline.database.connect() as owner:
        for table in ("revisions", *published.COPIES):
            owner.execute(
                f"insert into published.{table} select (jsonb_populate_record(kept, {_CORRECTED.get(table, _AGAIN)})).*"
                f" from published.{table} as kept where period_month = %(month)s",
                {"month": month, "dossier": of_dossier[0], "agencies": of_dossier[1]},
            )
    return str(wrong["agency_code"])


def _known(pipeline: Pipeline) -> Known:
    cards = {_cell(row): row for row in pipeline.rows(_DEFINED)}
    first = pipeline.rows("select * from published.agency_scorecards_monthly where revision = 1")
    frozen = {row["period_month"] for row in first}
    announced = {cell: row["points"] for cell, row in cards.items() if cell[0] not in frozen}
    counts: dict[Cell, Counts] = defaultdict(dict)
    for kind, (flags, judged) in _EVIDENCE.items():
        query = _COUNTS.format(columns=f"{_BEARERS}, {flags}", kind=kind, newest=_NEWEST, judged=judged)
        for row in pipeline.rows(query):
            cell = (row["period_month"], row["agency_code"], row["code"])
            counts[cell][row["procedure_code"]] = (row["numerator"], row["denominator"])
    return Known(cards, announced | {_cell(row): row["points"] for row in first}, counts)


def _parts(known: Known, cell: Cell) -> dict[str, Decimal]:
    month, agency, code = cell
    earlier = ((month - timedelta(days=1)).replace(day=1), agency, code)
    now, before = known.cards.get(cell), known.cards.get(earlier)
    announced, standing = known.announced.get(earlier), before and before["points"]
    if now is None or before is None:
        by_rules = now and now["points"]
    else:
        by_rules = points(now, before["numerator"], before["denominator"], before["status"])
    by_mix = by_rules
    if now and before and now["status"] == before["status"] == "scored":
        mixed = _mixed(known.counts.get(cell, {}), known.counts.get(earlier, {}), now, before)
        by_mix = by_rules if mixed is None else points(now, mixed, now["denominator"], "scored")
    steps = [announced, standing, by_rules, by_mix, now and now["points"]]
    values = [value or NOTHING for value in steps]
    return {part: values[number + 1] - values[number] for number, part in enumerate(PARTS)}


def _mixed(now: Counts, before: Counts, card: dict[str, Any], earlier: dict[str, Any]) -> Fraction | None:
    """This month's denominators by the ratios of the month before; None where the counts are not the card's."""
    for counts, shown in ((now, card), (before, earlier)):
        known = tuple(map(sum, zip(*counts.values(), strict=True)))
        if known != (shown["numerator"], shown["denominator"]):
            return None
    own = (earlier["numerator"], earlier["denominator"])
    return sum((Fraction(*before.get(procedure, own)) * base for procedure, (_, base) in now.items()), Fraction(0))


def points(card: dict[str, Any], numerator: Fraction | int, denominator: int, status: str) -> Decimal | None:
    """Points of counts by the definition of a card, rounded half up once."""
    if status == "no_data":
        return None
    most = card["max_points"]
    if status == "no_cases":
        at_zero: dict[str, Decimal | None] = {"none": None, "zero": NOTHING, "full": most}
        return at_zero[card["zero_rule"]]
    share = min(Fraction(1), Fraction(numerator) / denominator / Fraction(card["target"]))
    return Decimal(floor(Fraction(most) * share * 100 + Fraction(1, 2))) / 100


def _cell(row: dict[str, Any]) -> Cell:
    return row["period_month"], row["agency_code"], row["indicator_code"]


def _after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)

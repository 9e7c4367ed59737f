"""Wrong readings of the rules, each planted in one model or seed of the dbt project.

The published figures must be able to tell each of them from the right reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

_MODELS = "dbt_project/models"
Edit = Callable[[str], str]


def _paid_online(dossier: str) -> str:
    return (
        "exists (select 1 from raw.provincial_portal__dossiers as shown"
        f" where shown.source_id = {dossier}.source_id and shown.paid_online_flag = '1')"
    )


@dataclass(frozen=True, slots=True)
class WrongDefinition:
    """A name, the model or seed it is planted in, and the texts it replaces there: (right, wrong) pairs.

    `also` is planted with it: where a rule is asked twice, a wrong reading has to be in both places.
    """

    name: str
    model: str
    texts: tuple[tuple[str, str], ...]
    also: WrongDefinition | None = None

    @property
    def files(self) -> list[str]:
        """The files it is planted in."""
        return [self.model, *([self.also.model] if self.also else [])]

    def edits(self, seeds: Mapping[str, Edit] = {}) -> dict[str, Edit]:
        """What to change in the project, file by file; `seeds` are changed first."""
        edits = dict(seeds)
        for one in (self, *([self.also] if self.also else [])):
            edits[one.model] = _after(edits[one.model], one.plant) if one.model in edits else one.plant
        return edits

    def plant(self, text: str) -> str:
        """The model with the wrong reading; fails when the right one is not where it was."""
        for right, wrong in self.texts:
            assert text.count(right) == 1, f"{self.model} reads otherwise: {right!r}"
            text = text.replace(right, wrong)
        return text


def _after(first: Edit, second: Edit) -> Edit:
    return lambda text: second(first(text))


def _indicator(name: str, model: str, right: str, wrong: str) -> WrongDefinition:
    return WrongDefinition(name, f"{_MODELS}/indicators/{model}.sql", ((right, wrong),))


def _fact(name: str, model: str, right: str, wrong: str) -> WrongDefinition:
    return WrongDefinition(name, f"{_MODELS}/facts/{model}.sql", ((right, wrong),))


def _intermediate(name: str, model: str, right: str, wrong: str, *more: tuple[str, str]) -> WrongDefinition:
    return WrongDefinition(name, f"{_MODELS}/intermediate/{model}.sql", ((right, wrong), *more))


WRONG_DEFINITIONS = (
    replace(
        _intermediate(
            "old_endings_are_not_excluded",
            "int_dossiers",
            "coalesce(final_endings.ended_at, 'infinity'::timestamptz) as last_in_hand_at",
            "'infinity'::timestamptz as last_in_hand_at",
        ),
        also=_intermediate(
            "", "int_dossier_months_in_hand", "    or endings.ended_at >= periods.starts_at", "    or true"
        ),
    ),
    _intermediate(
        "received_at_the_end_counts",
        "int_dossier_months_in_hand",
        "dossiers.received_at < periods.ends_at",
        "dossiers.received_at <= periods.ends_at",
    ),
    _intermediate(
        "timestamps_are_compared",
        "int_dossier_months_in_hand",
        "    endings.ended_on,\n",
        "    (endings.ended_on + case when endings.ended_at::time > time '00:00' then 1 else 0 end) as ended_on,\n",
    ),
    _intermediate(
        "the_wait_is_not_taken_off",
        "int_dossier_waits_by_month",
        "coalesce(sum(wait_days) filter",
        "0 * coalesce(sum(wait_days) filter",
    ),
    _intermediate(
        "the_wait_is_taken_off_twice",
        "int_dossier_waits_by_month",
        "coalesce(sum(wait_days) filter",
        "2 * coalesce(sum(wait_days) filter",
    ),
    _intermediate(
        "a_new_due_date_and_the_wait_both_count",
        "int_dossier_waits_by_month",
        "where is_asked_in_time and times_reset = times_reset_in_all)",
        "where is_asked_in_time)",
    ),
    _intermediate(
        "a_second_request_is_not_late",
        "int_dossier_timeliness",
        "coalesce(waits.supplements_asked >= 2 and in_hand.second_supplement_is_late, false)",
        "false",
    ),
    _intermediate(
        "waiting_is_judged_at_the_end_of_the_month",
        "int_dossier_timeliness",
        "coalesce(waits.waiting_since_on, in_hand.ended_on, in_hand.judged_on)",
        "coalesce(in_hand.ended_on, in_hand.judged_on)",
    ),
    _intermediate(
        "withdrawn_never_ends",
        "int_dossier_endings",
        "        ending_kind is not null\n",
        "        ending_kind <> 'withdrawn'\n",
    ),
    _fact(
        "the_paid_flag_counts_cash",
        "fct_dossier_months",
        "coalesce(responses.first_paid_online_at < periods.ends_at, false) as is_paid_online",
        "exists (select 1 from raw.provincial_portal__dossiers as shown"
        " where shown.source_id = dossiers.source_id and shown.paid_online_flag in ('1', '2')) as is_paid_online",
    ),
    replace(
        _intermediate(
            "filings_never_accepted_are_in_the_base",
            "int_dossiers_described",
            "    clocked.received_at,\n",
            "    coalesce(clocked.received_at, clocked.submitted_at) as received_at,\n",
        ),
        also=_intermediate("", "int_dossiers_in_hand", "    and not dossiers.is_refused_at_receipt\n", ""),
    ),
    _fact(
        "digitised_without_a_result_file_counts",
        "fct_dossier_months",
        "dossiers.has_result_file and dossiers.has_digitised_component as is_digitised",
        "dossiers.has_digitised_component as is_digitised",
    ),
    _fact(
        "filed_online_is_counted_by_receipt",
        "fct_filing_months",
        "on dossier.submitted_on between month.",
        "on dossier.received_on between month.",
    ),
    WrongDefinition(
        "payments_through_the_national_gateway_are_counted_for_3_5",
        f"{_MODELS}/facts/fct_procedure_records.sql",
        (
            ("    where dossier.has_fee\n", f"    where {_paid_online('dossier')}\n"),
            ("filing.has_fee and", f"{_paid_online('filing')} and"),
        ),
    ),
    _fact(
        "fees_of_zero_are_counted_for_3_5",
        "fct_procedure_records",
        "    where dossier.has_fee\n",
        "",
    ),
    _fact(
        "received_after_the_month_is_counted_for_3_5",
        "fct_procedure_records",
        "received.received_on between month.period_month and month.last_on\n",
        "received.received_on >= month.period_month\n",
    ),
    _fact(
        "received_before_the_month_is_counted_for_3_5",
        "fct_procedure_records",
        "received.received_on between month.period_month and month.last_on\n",
        "received.received_on <= month.last_on\n",
    ),
    _fact(
        "filed_and_never_received_is_not_counted_for_3_5",
        "fct_procedure_records",
        "filing.has_fee and filing.received_on is null",
        "false",
    ),
    _indicator(
        "procedures_outside_the_catalogue_are_counted_for_3_5",
        "ind_procedure_measures",
        "where procedure.is_fee_bearing and procedure.has_fee_dossier",
        "where procedure.has_fee_dossier",
    ),
    _indicator(
        "the_denominator_is_the_catalogue",
        "ind_procedure_measures",
        "where procedure.is_fee_bearing or procedure.is_paid_online",
        "where procedure.is_fee_bearing",
    ),
    _indicator(
        "payments_outside_the_catalogue_are_not_counted_for_3_5b",
        "ind_procedure_measures",
        "(where procedure.is_paid_online) as",
        "(where procedure.is_paid_online and procedure.is_fee_bearing) as",
    ),
    _fact(
        "dossiers_outside_the_catalogue_are_not_counted_for_3_6",
        "fct_dossier_months",
        "    dossiers.has_fee,\n",
        "    dossiers.has_fee and dossiers.procedure_code in (\n"
        "        select procedure_code from {{ ref('fct_services') }} where is_fee_bearing\n    ) as has_fee,\n",
    ),
    WrongDefinition(
        "no_citizen_procedures_give_no_points_but_zero",
        "dbt_project/seeds/indicators.csv",
        (("citizen_procedures_applied,none,", "citizen_procedures_applied,zero,"),),
    ),
    _intermediate(
        "a_deadline_moved_by_an_apology_counts",
        "int_dossier_timeliness",
        "case when in_hand.apology_cures_lateness then apologies.first_due_on end",
        "apologies.first_due_on",
    ),
)

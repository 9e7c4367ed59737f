"""Wrong readings of a dossier's dates, each planted in one file of the dbt project.

Records as careless offices keep them must be able to tell each of them from the right reading.
"""

from __future__ import annotations

from dataclasses import replace

from tests.end_to_end.wrong_definitions import WrongDefinition

_INTERMEDIATE = "dbt_project/models/intermediate"
_A_LATER_OPEN_CHANGE = (
    "select happened.happened_at from {{ ref('int_dossier_status_steps') }} as open_step where open_step.is_open"
    " and open_step.province_code = happened.province_code and open_step.source_id = happened.source_id"
    " and open_step.started_at > happened.happened_at"
)


def _intermediate(name: str, model: str, *texts: tuple[str, str]) -> WrongDefinition:
    return WrongDefinition(name, f"{_INTERMEDIATE}/{model}.sql", texts)


WRONG_DATES = (
    _intermediate(
        "a_result_is_undone_by_an_open_change_of_a_later_date",
        "int_dossier_endings",
        (
            "when ending_kind in ('result_ready', 'delivered') then reopened_at",
            "when ending_kind in ('result_ready', 'delivered') then least(reopened_at, ("
            f"{_A_LATER_OPEN_CHANGE} limit 1))",
        ),
    ),
    _intermediate(
        "a_refusal_is_undone_by_an_open_change_of_a_later_date",
        "int_dossier_endings",
        (
            "else least(lead(happened_at) over opening, reopened_at)",
            f"else least(lead(happened_at) over opening, reopened_at, ({_A_LATER_OPEN_CHANGE} limit 1))",
        ),
    ),
    WrongDefinition(
        "a_completion_of_the_year_2052_is_believed",
        "dbt_project/macros/typed_instant.sql",
        (("when version.{{ column }} <= version.updated_at then", "when true then"),),
    ),
    replace(
        _intermediate(
            "a_receipt_typed_ahead_counts_before_its_time",
            "int_dossier_months_in_hand",
            ("        and dossiers.received_at <= periods.known_at\n", ""),
        ),
        also=_intermediate(
            "",
            "int_dossiers_in_hand",
            ("    and dossiers.received_at <= (select bounds.known_at from bounds)\n", ""),
        ),
    ),
    _intermediate(
        "days_off_of_a_place_are_left_out",
        "int_calendar",
        ("            or calendar_days.place_code in (places.place_code, split_part(places.place_code, '.', 1))\n", ""),
    ),
    _intermediate(
        "the_newest_limit_measures_all",
        "int_dossier_due_dates",
        ("            and dossiers.clock_started_at >= limits.in_force_from\n", ""),
        (
            "            and dossiers.clock_started_at < limits.in_force_until\n",
            "            and limits.in_force_until = 'infinity'\n",
        ),
    ),
    _intermediate(
        "an_abolished_procedure_measures_nothing",
        "int_procedure_limits",
        (
            "from limits\n",
            "from limits\nwhere (province_code, procedure_code) not in (select gone.province_code, gone.procedure_code"
            " from versions as gone where gone.is_deleted and gone.in_force_until = 'infinity')\n",
        ),
    ),
    _intermediate(
        "an_unanswered_request_waits_until_the_end",
        "int_dossier_requests",
        (
            "                left_behind.left_at,\n"
            "                case when not seen_after.is_seen_waiting then seen_after.seen_at end\n",
            "                null::timestamptz\n",
        ),
    ),
    _intermediate(
        "the_clock_always_starts_at_the_first_receipt",
        "int_dossiers_described",
        ("started.value = 'competent_receipt'", "started.value = 'never'"),
    ),
)

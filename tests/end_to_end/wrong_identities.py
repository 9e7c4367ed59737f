"""Wrong readings of whom a code names and what it means, each planted in one file of the dbt project.

The second implementation must be able to tell each of them from the right reading.
"""

from __future__ import annotations

from tests.end_to_end.wrong_definitions import WrongDefinition

_DBT = "dbt_project"
_MODELS = f"{_DBT}/models"

WRONG_IDENTITIES = (
    WrongDefinition(
        "a_code_names_one_agency_for_ever",
        f"{_MODELS}/intermediate/int_agency_holders.sql",
        (("        code.row_number > 1\n", "        code.row_number > 99\n"),),
    ),
    WrongDefinition(
        "a_dossier_passed_on_is_dated_by_its_filing",
        f"{_MODELS}/intermediate/int_dossiers_described.sql",
        (
            (
                "then min(versions.updated_on) filter (where versions.agency_code = clocked.agency_code)",
                "then clocked.submitted_on",
            ),
        ),
    ),
    WrongDefinition(
        "a_dossier_moved_to_the_successor_leaves_its_earlier_months",
        f"{_MODELS}/intermediate/int_dossiers_described.sql",
        (("coalesce(first_recorded.agency_key, holders.agency_key", "coalesce(holders.agency_key"),),
    ),
    WrongDefinition(
        "a_districts_work_goes_to_the_commune_of_the_old_seat",
        f"{_DBT}/seeds/agency_successions.csv",
        (("H62.247,,,2025-07-01", "H62.247,,H44.179,2025-07-01"),),
    ),
    WrongDefinition(
        "codes_mean_what_they_mean_now",
        f"{_DBT}/macros/code_in_force.sql",
        (
            ("and coalesce({{ day }}, '9999-12-31'::date) >=", "and '9999-12-31'::date >="),
            ("and coalesce({{ day }}, '9999-12-31'::date) <", "and '9999-12-31'::date <"),
        ),
    ),
    WrongDefinition(
        "a_dossier_answers_to_its_newest_code_alone",
        f"{_MODELS}/intermediate/int_dossier_responses.sql",
        (
            (
                "coalesce(dossiers.former_codes, '[]'::jsonb) || to_jsonb",
                "'[]'::jsonb || to_jsonb",
            ),
        ),
    ),
    WrongDefinition(
        "a_payment_by_a_former_code_is_nobodys",
        f"{_DBT}/macros/dossier_of_payment.sql",
        (("and dossiers.former_codes @> to_jsonb(payments.dossier_code)", "and false"),),
    ),
    WrongDefinition(
        "an_answer_without_a_date_is_none",
        f"{_MODELS}/intermediate/int_petitions.sql",
        (("coalesce(petitions.answered_at, answers.first_seen_at)::date as", "petitions.answered_at::date as"),),
    ),
    WrongDefinition(
        "a_cancelled_complaint_counts",
        f"{_MODELS}/intermediate/int_dossier_responses.sql",
        (("        and not petitions.is_cancelled\n", ""),),
    ),
    WrongDefinition(
        "a_cancelled_repeat_counts",
        f"{_MODELS}/facts/fct_petitions.sql",
        (("            and not later.is_cancelled\n", ""),),
    ),
    WrongDefinition(
        "a_cancelled_petition_has_to_be_answered",
        f"{_MODELS}/facts/fct_petition_months.sql",
        (("where not petition.is_cancelled\n", ""),),
    ),
)

"""Planted faults: something of a month stands in what is kept from build to build, as in the refresh before this one.

Each is edits of the dbt project, and the table of facts in which a build anew shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MODELS = "dbt_project/models"


@dataclass(frozen=True)
class Fault:
    """What is planted, as file -> (right text, wrong text), and where it is seen."""

    seen_in: str
    edits: Mapping[str, tuple[str, str]]


FAULTS = {
    "a_petition_knows_only_the_repeats_that_came_before_it": Fault(
        "facts.fct_petitions",
        {
            f"{MODELS}/intermediate/int_petitions.sql": (
                "    petitions.repeat_of,\n",
                "    petitions.repeat_of,\n    exists ("
                "select 1 from {{ ref('stg_provincial_portal__petition_versions') }} as later"
                " where later.province_code = petitions.province_code and later.repeat_of = petitions.petition_id"
                " and not later.is_deleted) as is_repeated,\n",
            ),
            f"{MODELS}/facts/fct_petitions.sql": ("    exists(\n", "    petitions.is_repeated and exists(\n"),
        },
    ),
    "a_payment_keeps_the_dossier_that_bore_its_code_when_it_came": Fault(
        "facts.fct_payments",
        {
            f"{MODELS}/intermediate/int_payments.sql": (
                "    transactions.dossier_code,\n",
                "    transactions.dossier_code,\n    (select max(version.procedure_code)"
                " from {{ ref('stg_provincial_portal__dossier_versions') }} as version"
                " where version.province_code = transactions.province_code"
                " and version.dossier_code = transactions.dossier_code"
                " and version.version_id = (select max(newest.version_id)"
                " from {{ ref('stg_provincial_portal__dossier_versions') }} as newest"
                " where newest.province_code = version.province_code and newest.source_id = version.source_id))"
                " as kept_procedure_code,\n",
            ),
            f"{MODELS}/facts/fct_payments.sql": (
                "    {{ dossier_of_payment('procedure_code') }} as procedure_code,\n",
                # never null: that the database itself would refuse
                "    coalesce(payments.kept_procedure_code, {{ dossier_of_payment('procedure_code') }})"
                " as procedure_code,\n",
            ),
        },
    ),
    "a_dossier_keeps_the_limit_of_the_day_it_was_read": Fault(
        "facts.fct_dossier_months",
        {
            f"{MODELS}/intermediate/int_dossiers.sql": (
                "    promises.promised_on,\n",
                "    coalesce(promises.promised_on, described.received_on + (select max(limits.time_limit)::integer"
                " from {{ ref('int_procedure_limits') }} as limits"
                " where limits.province_code = described.province_code"
                " and limits.procedure_code = described.procedure_code and limits.in_force_until = 'infinity'))"
                " as promised_on,\n",
            ),
        },
    ),
}

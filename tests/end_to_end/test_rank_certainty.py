"""How sure a rank is: against a recomputation by brute force, and with a dossier planted that decides."""

from __future__ import annotations

from dvc766 import runs
from tests.end_to_end.conftest import PERIOD
from tests.end_to_end.one_left_out import expected, shown
from tests.end_to_end.pipeline import Pipeline

COUNTED = (
    *("is_on_time", "has_result_file", "is_digitised", "reuses_data", "in_national_store", "uses_population_data"),
    *("is_paid_online", "is_satisfied"),
)
# Of two communes five and ten dossiers are left, and of each commune's the first fails in everything.
PLANT = f"""
with numbered as (
    select period_month, source_id, reporting_agency_code, row_number() over (
        partition by reporting_agency_code order by dossier_code
    ) as number
    from facts.fct_dossier_months
    where period_month = %(month)s and reporting_agency_code in ('H44.171', 'H44.172')
),
gone as (
    delete from facts.fct_dossier_months as dossier using numbered
    where (dossier.period_month, dossier.source_id) = (numbered.period_month, numbered.source_id)
    and number > case numbered.reporting_agency_code when 'H44.171' then 5 else 10 end
)
update facts.fct_dossier_months as dossier
set is_timed = true, has_fee = true, is_vneid_verified = false, {", ".join(f"{flag} = number > 1" for flag in COUNTED)}
from numbered
where (dossier.period_month, dossier.source_id) = (numbered.period_month, numbered.source_id)
and number <= case numbered.reporting_agency_code when 'H44.171' then 5 else 10 end
returning numbered.reporting_agency_code, dossier.dossier_code, number
"""


def test_every_rank_is_as_sure_as_a_recomputation_says(small: Pipeline) -> None:
    told = expected(small, PERIOD)
    assert len(told) == 4
    assert shown(small, PERIOD) == told


def test_one_dossier_that_flips_a_rank_is_named(small_copy: Pipeline) -> None:
    with small_copy.database.connect() as owner:
        rows = owner.execute(PLANT, {"month": PERIOD}).fetchall()
    planted = {agency: code for agency, code, number in rows if number == 1}
    small_copy.build_again(["ind_dossier_measures.sql", "ind_dossier_patterns.sql"])
    told = shown(small_copy, PERIOD)
    assert told == expected(small_copy, PERIOD)
    # 4 of 5 stand behind 9 of 10, and before them without the one that fails
    assert (told["H44.171"]["rank"], told["H44.171"]["rank_lowest"], told["H44.171"]["rank_highest"]) == (2, 1, 2)
    assert told["H44.171"]["dossiers_that_change_rank"] == 1
    assert told["H44.171"]["deciding_dossier_code"] == planted["H44.171"]
    assert (told["H44.172"]["dossiers_that_change_rank"], told["H44.172"]["deciding_dossier_code"]) == (0, None)


def test_a_month_that_was_last_shown_before_there_was_such_a_table_is_frozen_without_it(small_copy: Pipeline) -> None:
    with small_copy.database.connect() as owner:
        owner.execute("drop table marts.rank_certainty_monthly")
    assert runs.freeze(small_copy.settings, PERIOD).revision == 1
    assert small_copy.rows("select from published.rank_certainty_monthly") == []

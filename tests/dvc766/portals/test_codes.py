"""The known codes come from the dated table that also translates them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dvc766.portals import PORTALS
from dvc766.portals.codes import code_sets, read_known_codes
from dvc766.portals.contract import Portal
from dvc766.portals.provincial_fields import PROVINCIAL
from dvc766.settings import PROJECT_ROOT

TABLE = PROJECT_ROOT / "dbt_project" / "seeds" / "portal_codes.csv"


@pytest.mark.parametrize("portal", PORTALS, ids=lambda portal: portal.code)
def test_the_table_lists_every_code_set_of_the_portals(portal: Portal) -> None:
    known = read_known_codes(TABLE, portal)
    assert code_sets(portal) <= set(known)
    assert all(known[name] for name in code_sets(portal))


def test_codes_of_another_portal_are_not_known(tmp_path: Path) -> None:
    lines = ["portal_code,code_set,code,valid_to"]
    lines += [f"provincial_portal,{name},A,2020-01-01" for name in code_sets(PROVINCIAL)]
    table = tmp_path / "codes.csv"
    table.write_text("\n".join([*lines, "national_portal,channel,B,"]), encoding="utf-8")
    assert read_known_codes(table, PROVINCIAL)["channel"] == {"A"}


def test_a_code_set_without_rows_is_the_tables_fault(tmp_path: Path) -> None:
    table = tmp_path / "codes.csv"
    table.write_text("portal_code,code_set,code\nprovincial_portal,channel,1\n", encoding="utf-8")
    with pytest.raises(LookupError, match="dossier_status"):
        read_known_codes(table, PROVINCIAL)

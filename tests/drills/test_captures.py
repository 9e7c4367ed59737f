"""What the drill over real captures reads from a folder."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from drills import captures

REPLIES = Path(__file__).parents[1] / "fixtures" / "evaluation_replies"
MONTH = date(2026, 8, 1)


def test_replies_and_tables_are_read(tmp_path: Path) -> None:
    reply = "formality-online-payment-tree"
    (tmp_path / f"{reply}.month-all.json").write_bytes((REPLIES / f"{reply}.json").read_bytes())
    (tmp_path / "captured_points.csv").write_text(
        "source,period,unit_code,indicator_code,numerator,denominator,points\n"
        "a,2026-08,H53,1.1,1,48,0.12\nb,2026,H53,1.1,0,0,\n",
        encoding="utf-8",
    )
    (tmp_path / "captured_group_totals.csv").write_text(
        "source,period,unit_code,group,points\na,2026-08,H53,TTTT,5.19\n", encoding="utf-8"
    )
    found: dict[tuple[str, str], tuple[object, ...]] = {
        (one.unit, one.metric): one[2:] for one in captures.read(tmp_path, MONTH)
    }
    assert found["H44", "DOSSIER_PAID"] == (82913, 98459, None)
    assert found["H44.144", "GROUP_TTTT"] == (None, None, Decimal("5.99"))
    assert found["H53/2026-08/a", "PUBLISH_ON_TIME"] == (1, 48, Decimal("0.12"))
    assert found["H53/2026/b", "PUBLISH_ON_TIME"] == (0, 0, None)
    assert found["H53/2026-08/a", "GROUP_TTTT"] == (None, None, Decimal("5.19"))


def test_a_folder_without_captures_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert captures.main([str(tmp_path)]) == 1
    assert "Next: give a folder" in capsys.readouterr().err

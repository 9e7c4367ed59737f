"""A month that is not frozen is read from the marts, and says what is published of it once it is frozen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dvc766 import runs, transform
from dvc766.reporting import source
from dvc766.reporting.content import Agency, Publication, Terms
from dvc766.runs.life import engine_of_role
from tests.end_to_end import delivered
from tests.end_to_end.conftest import PERIOD
from tests.end_to_end.pipeline import Pipeline

ROLE = "bi_reader"  # who may read what readers may, and nothing of the making
TERMS = Terms(date(2026, 10, 15), 5, "")


def test_an_open_month_says_what_is_published_of_it_later(small_copy: Pipeline, tmp_path: Path) -> None:
    before = _running(small_copy)
    settings = replace(small_copy.settings, editions=tmp_path)
    _, note = runs.write_weekly_note(settings)
    assert (
        note == tmp_path / "2026-09" / "running" / "internal" / f"thong-tin-nhanh-{before.head.frozen_at:%Y-%m-%d}.pdf"
    )
    content = note.read_bytes()
    assert "(tạmtính)" in delivered.text_of_pdf(content)
    assert [path.read_bytes() for path in runs.write_weekly_note(settings)][1] == content
    assert (before.head.is_provisional, before.head.number, list(before.revisions)) == (True, None, [])
    assert before.head.frozen_at == before.head.data_as_of
    assert sum(len(agency.lost_records) for agency in before.agencies) > 0
    assert any(agency.lateness and agency.procedures for agency in before.agencies)

    runs.freeze(small_copy.settings, PERIOD)
    with engine_of_role(small_copy.settings, ROLE) as engine:
        after = source.read(engine, PERIOD, 1, TERMS)
    assert [_now(agency) for agency in before.agencies] == [_now(agency) for agency in after.agencies]
    assert before.province and after.province and _now(before.province) == _now(after.province)
    assert (before.rules, before.grades) == (after.rules, after.grades)
    assert before.head.counts == after.head.counts

    small_copy.build_models()
    with pytest.raises(source.NoOpenMonth, match="đã chốt"):
        _running(small_copy)


def _running(pipeline: Pipeline) -> Publication:
    files = transform.reference_files(pipeline.settings.dbt_project)
    with engine_of_role(pipeline.settings, ROLE) as engine:
        return source.read_running(engine, PERIOD, TERMS, reference_files=files)


def _now(agency: Agency) -> Agency:
    """What is said of the month itself; only what was published becomes history."""
    return replace(agency, history=())

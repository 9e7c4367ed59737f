"""No citizen's name, number, phone, e-mail or address is found outside the simulator."""

from __future__ import annotations

import base64
import logging
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from dvc766.quality.audit import AuditBlocked
from portal_simulator.records import Person, Province
from tests.end_to_end.pipeline import Pipeline

SYSTEM = ("information_schema", "pg_catalog", "pg_toast")


def people_of(province: Province) -> list[Person]:
    return [dossier.applicant for dossier in province.dossiers] + [p.reporter for p in province.petitions]


def values_of(province: Province) -> set[str]:
    """Every planted value, as it stands and as it may be written elsewhere."""
    plain = {
        value
        for person in people_of(province)
        for value in (person.full_name, person.identity_number, person.phone, person.email, person.address)
    }
    decomposed = {unicodedata.normalize("NFD", value) for value in plain}
    upper = {value.upper() for value in plain}
    encoded = {base64.b64encode(value.encode()).decode().rstrip("=") for value in plain if len(value) > 8}
    return plain | decomposed | upper | encoded


def found_in(text: str, values: set[str]) -> list[str]:
    return sorted(value for value in values if value in text)[:5]


def dump(pipeline: Pipeline) -> str:
    """Every value of every table of every schema, each once: most stand in several tables."""
    tables = pipeline.rows(
        "select table_schema, table_name from information_schema.tables"
        " where table_type = 'BASE TABLE' and table_schema <> all(%s)",
        list(SYSTEM),
    )
    assert len(tables) > 60
    parts: list[str] = []
    with pipeline.database.connect() as connection:
        for table in tables:
            with connection.cursor().copy(f'copy "{table["table_schema"]}"."{table["table_name"]}" to stdout') as copy:
                parts.extend(bytes(piece).decode("utf-8") for piece in copy)
    return "\n".join(set("".join(parts).replace("\t", "\n").split("\n")))


def test_the_search_finds_a_planted_value(small: Pipeline, small_province: Province) -> None:
    values = values_of(small_province)
    person = small_province.dossiers[0].applicant
    for value in (person.full_name, person.identity_number, person.phone, person.email, person.address):
        assert value in found_in(f"… {value} …", values)
    assert any(dossier.applicant.full_name in dossier.note for dossier in small_province.dossiers)


def test_no_personal_value_is_in_any_table_log_or_file(
    small_empty: Pipeline,
    small_province: Province,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    values = values_of(small_province)
    pipeline = replace(small_empty, settings=replace(small_empty.settings, state=tmp_path / "state"))
    with caplog.at_level(logging.DEBUG):
        for defect in ("third_unknown", "shuffled_dates", "page_missing"):  # what goes wrong must not tell either
            pipeline.switch_fault(defect)
            with pytest.raises(AuditBlocked) as blocked:
                pipeline.read_one("provincial_portal", small_province.clock)
            pipeline.switch_fault(defect, on=False)
            assert found_in(str(blocked.value), values) == []
        pipeline.read(small_province.clock)
        pipeline.rank()

    assert found_in(dump(pipeline), values) == []
    assert len(caplog.text) > 1000
    assert found_in(caplog.text, values) == []
    printed = capfd.readouterr()
    assert found_in(printed.out + printed.err, values) == []
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    for path in written:
        assert found_in(path.read_text(encoding="utf-8", errors="replace"), values) == [], path
    for path in pipeline.database.cluster.home.rglob("*.log"):
        assert found_in(path.read_text(encoding="utf-8", errors="replace"), values) == [], path

"""The feeds of the site, read by others' readers: csv, jsonschema, lxml."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from decimal import Decimal
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from lxml import etree  # type: ignore[import-untyped]

from dvc766.reporting.editions import Edition
from dvc766.reporting.products import make
from dvc766.reporting.site.tables import SHARED, given
from dvc766.settings import PROJECT_ROOT
from tests.dvc766.reporting import samples_site
from tests.dvc766.reporting.samples_site import PAYLOADS

CONTENT = samples_site.publication()
MADE = {edition: make(CONTENT, edition, ["site"]) for edition in Edition}
ATOM = {"a": "http://www.w3.org/2005/Atom"}
_HASHES = """
import hashlib
from dvc766.reporting.editions import Edition
from dvc766.reporting.products import make
from tests.dvc766.reporting import samples_site
made = make(samples_site.publication(), Edition.INTERNAL, ["site"])
print(hashlib.sha256(repr(sorted(made.items())).encode()).hexdigest())
"""


def rows(edition: Edition, table: str) -> list[dict[str, str]]:
    made = MADE[edition][f"site/data/{table}.csv"]
    assert made.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline="")))


def content(edition: Edition, name: str = "data/publication.json") -> Any:
    return json.loads(MADE[edition][f"site/{name}"], parse_float=Decimal)


@pytest.mark.parametrize("edition", list(Edition))
def test_rankings_in_csv_and_json_are_those_of_the_content(edition: Edition) -> None:
    expected = [
        (own.agency_code, own.rank, own.score, own.grade_name_vi) for own in (one.standing for one in CONTENT.agencies)
    ]
    read = [
        (row["agency_code"], int(row["rank"]) if row["rank"] else None, Decimal(row["score"]), row["grade_name_vi"])
        for row in rows(edition, "rankings")
    ]
    assert read == expected
    told = [
        (row["agency_code"], row["rank"], row["score"], row["grade_name_vi"]) for row in content(edition)["rankings"]
    ]
    assert told == expected
    assert content(edition)["province"]["rankings"][0]["agency_code"] == "H44"
    assert all(row["is_synthetic"] == "true" for row in rows(edition, "indicator_scores"))


@pytest.mark.parametrize("edition", list(Edition))
@pytest.mark.parametrize("publication", [CONTENT, samples_site.unsealed_first_month()])
def test_the_json_is_what_its_schema_says(edition: Edition, publication: Any) -> None:
    made = make(publication, edition, ["site"])
    schema = json.loads(made["site/data/publication.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    checked = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    told = json.loads(made["site/data/publication.json"])
    checked.validate(told)
    told["rankings"][0]["rank"] = "1"
    with pytest.raises(jsonschema.ValidationError):
        checked.validate(told)


def test_texts_that_a_sheet_would_run_stay_text() -> None:
    names = [row["agency_name_vi"] for row in rows(Edition.INTERNAL, "rankings")]
    shown = [name for name in names if name.lstrip("'") in PAYLOADS]
    assert len(shown) == len(PAYLOADS)
    assert not [name for name in shown if name[0] in "=+-@\t\r\n＝＋－＠"]
    reasons = [row["reason_vi"] for row in rows(Edition.INTERNAL, "lost_records")]
    assert not [reason for reason in reasons if reason[0] in "=+-@\t\r\n＝＋－＠"]


def test_the_columns_are_those_that_the_page_about_them_explains() -> None:
    for edition in Edition:
        for table in given(edition):
            assert list(rows(edition, table.name)[0]) == [column.name for column in (*SHARED, *table.columns)]
        said = MADE[edition]["site/du-lieu.html"].decode()
        assert ("lost_records" in said) == (edition is Edition.INTERNAL)
    assert "site/data/lost_records.csv" not in MADE[Edition.PUBLIC]


def test_small_counts_are_empty_in_the_public_table_of_procedures() -> None:
    counted = [row for row in rows(Edition.PUBLIC, "procedures") if row["procedure_code"] == "1.000123"]
    assert [row["dossiers_late"] for row in counted] == [""]
    numbers = [
        int(value)
        for row in rows(Edition.PUBLIC, "procedures")
        for name, value in row.items()
        if value and "dossiers" in name
    ]
    assert min(numbers) >= 5


def test_the_feed_of_releases_has_the_newest_first() -> None:
    feed = etree.fromstring(MADE[Edition.PUBLIC]["site/releases.atom"])
    entries = feed.findall("a:entry", ATOM)
    assert [entry.findtext("a:title", None, ATOM) for entry in entries] == [
        "Tháng 8/2026, lần chốt 2 [DỮ LIỆU MÔ PHỎNG, không phải kết quả thật]",
        "Tháng 8/2026, lần chốt 1 [DỮ LIỆU MÔ PHỎNG, không phải kết quả thật]",
    ]
    assert [entry.find("a:link", ATOM).get("href") for entry in entries] == [
        "index.html",
        "../../../../2026-08/r1/public/site/index.html",
    ]
    assert entries[0].findtext("a:updated", None, ATOM) == "2026-09-20T09:00:00+07:00"
    identifiers = [one.text for one in feed.iter("{*}id")]
    assert len(set(identifiers)) == len(identifiers) == 3


def test_the_same_publication_gives_the_same_bytes() -> None:
    own = hashlib.sha256(repr(sorted(MADE[Edition.INTERNAL].items())).encode()).hexdigest()
    made = []
    for seed, zone in (("1", "Asia/Ho_Chi_Minh"), ("2", "America/New_York")):
        path = os.pathsep.join((str(PROJECT_ROOT / "plugins"), str(PROJECT_ROOT)))
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": path}
        done = subprocess.run(
            [sys.executable, "-c", _HASHES], env=environment, capture_output=True, text=True, check=True
        )
        made.append(done.stdout.strip())
    assert made == [own, own]

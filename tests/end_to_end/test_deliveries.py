"""A sealed month reaches the venues in force, each with its own edition, and every try is in the log."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dvc766 import runs, sealing
from dvc766.delivery import DeliveryFailed, DeliveryRefused
from dvc766.reference import read
from dvc766.reporting import products
from dvc766.reporting.content import Publication
from dvc766.reporting.editions import Edition
from dvc766.runs.life import engine_of_role, message_of
from dvc766.settings import SettingsError, VenueSettings, venue_from_env
from dvc766.warehouse import deliveries
from local_stack.installation import simulated_venues
from tests.database import COPY, FILLED
from tests.end_to_end.conftest import MakeDatabase, edited_project
from tests.end_to_end.pipeline import Pipeline
from tests.end_to_end.test_frozen_months import GONE, PERIOD
from tests.end_to_end.test_publications import ANSWER

MEETING, WEB_PORTAL = "administrative_meeting", "provincial_web_portal"
OTHERS = ("report", "notice", "slides", "agency_sheets")
Target = Callable[[str], VenueSettings]


def page(publication: Publication, edition: Edition) -> Mapping[str, bytes]:
    """A product: one page that says whose it is and how many records it may name."""
    lost = sum(len(agency.lost_records) for agency in publication.agencies)
    head = publication.head
    return {"site/index.html": f"{edition.name_vi} {head.label} r{head.revision}: {lost} ({head.short_hash})".encode()}


def table(publication: Publication, edition: Edition) -> Mapping[str, bytes]:
    """Another product."""
    return {"rankings.csv": "\n".join(agency.code for agency in publication.agencies).encode()}


def nothing(publication: Publication, edition: Edition) -> Mapping[str, bytes]:
    """A product that has nothing to say of this month."""
    return {}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where keys and bundles lie."""
    folder = tmp_path_factory.mktemp("publications")
    sealing.create_key_pair(folder / "private.pem", folder / "public.pem")
    return folder


@pytest.fixture(scope="module")
def sealed_once(small: Pipeline, make_database: MakeDatabase, place: Path) -> Iterator[Pipeline]:
    """The small province with its month frozen, approved and sealed."""
    pipeline = small.on(make_database(FILLED, small.database.name))
    runs.freeze(pipeline.settings, PERIOD)
    _seal(pipeline, place)
    yield pipeline
    small.database.cluster.drop_database(FILLED)


@pytest.fixture
def sealed(
    sealed_once: Pipeline, make_database: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Pipeline]:
    """A copy of it for one test; the products are small ones."""
    monkeypatch.setattr(products, "PRODUCTS", {"site": page, "workbook": table, **dict.fromkeys(OTHERS, nothing)})
    pipeline = sealed_once.on(make_database(COPY, sealed_once.database.name))
    yield replace(pipeline, settings=replace(pipeline.settings, editions=tmp_path / "editions"))
    sealed_once.database.cluster.drop_database(COPY)


@pytest.fixture
def target(sealed: Pipeline, tmp_path: Path) -> Target:
    """The venues' connections: a folder, and a place of this test at the simulator's publishing interface."""
    connections = simulated_venues(sealed.simulator, tmp_path / "venues")

    def of_test(name: str) -> VenueSettings:
        venue = venue_from_env(name, connections)
        venue = replace(venue, extra=replace(venue.extra, first_wait_seconds=0))
        return replace(venue, url=f"{venue.url}-{tmp_path.name}") if venue.scheme == "http" else venue

    return of_test


def test_each_venue_gets_its_edition_once_and_then_nothing_waits(
    sealed: Pipeline, target: Target, tmp_path: Path
) -> None:
    waiting = runs.undelivered(sealed.settings)
    assert {venue.code: list(revisions) for venue, revisions in waiting.items()} == {
        MEETING: [(PERIOD, 1)],
        WEB_PORTAL: [(PERIOD, 1)],
    }
    for code in (MEETING, WEB_PORTAL):
        assert runs.deliver_to(sealed.settings, code, target) == ["2026-08 r1: delivered"]
    assert runs.undelivered(sealed.settings) == {}
    delivered = tmp_path / "venues" / MEETING / "2026-08" / "r1" / "internal"
    assert {file.name for file in delivered.rglob("*")} == {"rankings.csv", "SHA256SUMS"}
    internal, public = (
        (sealed.settings.editions / "2026-08" / "r1" / edition / "site" / "index.html").read_text()
        for edition in ("internal", "public")
    )
    assert internal.startswith("Bản nội bộ") and ": 0 (" not in internal
    assert public.startswith("Bản công khai") and ": 0 (" in public and "None" not in public
    log = sealed.rows("select * from ops.deliveries order by delivery_id")
    assert [(row["venue_code"], row["edition"], row["state"], row["products"]) for row in log] == [
        (MEETING, "internal", "delivered", ["report", "notice", "slides", "workbook", "agency_sheets"]),
        (WEB_PORTAL, "public", "delivered", ["site", "notice", "workbook"]),
    ]
    pointer = json.loads((tmp_path / "venues" / MEETING / "latest.json").read_text())
    assert pointer["months"]["2026-08"]["sha256"] == log[0]["sha256"]
    assert all(row["ended_at"] >= row["started_at"] for row in log)


def test_a_month_that_is_asked_for_is_read_back(sealed: Pipeline, target: Target) -> None:
    for outcome in ("delivered", "unchanged"):
        assert runs.deliver_to(sealed.settings, WEB_PORTAL, target, PERIOD) == [f"2026-08 r1: {outcome}"]
    with pytest.raises(runs.NothingSealed, match="07/2026 chưa có"):
        runs.undelivered(sealed.settings, date(2026, 7, 1))


def test_every_try_is_in_the_log_with_its_reason(sealed: Pipeline, target: Target) -> None:
    sealed.switch_fault("error_after_storing")
    assert runs.deliver_to(sealed.settings, WEB_PORTAL, target) == ["2026-08 r1: delivered"]
    sealed.switch_fault("error_after_storing", on=False)
    log = sealed.rows("select state, message_vi from ops.deliveries order by delivery_id")
    assert [row["state"] for row in log] == ["failed", "delivered"]
    assert "HTTP 500" in log[0]["message_vi"] and log[1]["message_vi"] is None


def test_a_venue_that_cannot_be_reached_stays_waiting_and_the_others_do_not(sealed: Pipeline, target: Target) -> None:
    nobody = replace(target("venue_provincial_web_portal"), url="http://127.0.0.1:9/x")
    nobody = replace(nobody, extra=replace(nobody.extra, tries=2, first_wait_seconds=0, token_url=None))
    with pytest.raises(DeliveryFailed, match=r"người xem vẫn thấy bản trước[\s\S]*Việc cần làm"):
        runs.deliver_to(sealed.settings, WEB_PORTAL, lambda _: nobody)
    assert runs.deliver_to(sealed.settings, MEETING, target) == ["2026-08 r1: delivered"]
    assert [venue.code for venue in runs.undelivered(sealed.settings)] == [WEB_PORTAL]
    assert sealed.rows("select count(*) from ops.deliveries where state = 'failed'") == [{"count": 2}]


def test_a_venue_without_a_connection_is_named(sealed: Pipeline) -> None:
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_VENUE_PROVINCIAL_WEB_PORTAL is not set"):
        runs.deliver_to(sealed.settings, WEB_PORTAL, lambda name: venue_from_env(name, {}))


def test_what_was_made_is_delivered_also_after_an_update(
    sealed: Pipeline, target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.deliver_to(sealed.settings, WEB_PORTAL, target)
    monkeypatch.setattr(products, "PRODUCTS", {**products.PRODUCTS, "site": lambda *_: {"site/index.html": b"newer"}})
    assert runs.deliver_to(sealed.settings, WEB_PORTAL, target, PERIOD) == ["2026-08 r1: unchanged"]
    runs.make_edition(sealed.settings, PERIOD, 1, Edition.PUBLIC)
    with pytest.raises(DeliveryRefused, match="nội dung khác"):
        runs.deliver_to(sealed.settings, WEB_PORTAL, target, PERIOD)
    spoiled = sealed.settings.editions / "2026-08" / "r1" / "public" / "rankings.csv"
    spoiled.write_bytes(b"spoiled")
    assert runs.kept_edition(sealed.settings, PERIOD, 1, Edition.PUBLIC).files["rankings.csv"] != b"spoiled"
    assert not list(tmp_path.rglob("*.making")) and not list(tmp_path.rglob("*.old"))


def test_a_correction_is_delivered_in_the_place_of_what_it_corrects(
    sealed: Pipeline, target: Target, tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in (MEETING, WEB_PORTAL):
        runs.deliver_to(sealed.settings, code, target)
    with sealed.database.connect() as owner:
        owner.execute(GONE)
    runs.correct(sealed.settings, PERIOD, runs.Correction("late_data", "Hồ sơ bị rút khỏi cổng", "Lê C", "Trần B"))
    assert MEETING not in {venue.code for venue in runs.undelivered(sealed.settings)}, "not sealed yet"
    _seal(sealed, place, revision=2)
    assert runs.deliver_to(sealed.settings, MEETING, target) == ["2026-08 r2: delivered"]
    pointer = json.loads((tmp_path / "venues" / MEETING / "latest.json").read_text())
    assert pointer["months"]["2026-08"]["revision"] == 2
    assert (tmp_path / "venues" / MEETING / "2026-08" / "r1" / "internal" / "SHA256SUMS").exists()
    beside = lambda edition: runs.make_edition(sealed.settings, PERIOD, 2, edition).files["beside"]  # noqa: E731
    monkeypatch.setattr(products, "PRODUCTS", {"site": lambda made, _: {"beside": repr(made.beside).encode()}})
    assert beside(Edition.PUBLIC) == repr([(PERIOD, 1)]).encode()
    assert beside(Edition.INTERNAL) == b"[]", "no venue shows a site of it"


def test_venues_are_rows(sealed: Pipeline, target: Target, tmp_path: Path) -> None:
    def edit(text: str) -> str:
        lines = text.splitlines()
        return "\n".join(
            line.replace(",2022-08-01,,", ",2022-08-01,2026-08-31,") if line.startswith(MEETING)
            else line.replace("site notice workbook", "workbook") if line.startswith(WEB_PORTAL)
            else line
            for line in lines
        )  # fmt: skip

    with edited_project(tmp_path / "project", {"dbt_project/seeds/venues.csv": edit}) as root:
        pipeline = sealed.with_project(root)
        [venue] = runs.undelivered(pipeline.settings)
        assert (venue.code, venue.products) == (WEB_PORTAL, ("workbook",))
        assert runs.deliver_to(pipeline.settings, MEETING, target) == []
        runs.deliver_to(pipeline.settings, WEB_PORTAL, target)
    assert sealed.rows("select products from ops.deliveries") == [{"products": ["workbook"]}]
    edits = {"dbt_project/seeds/venues.csv": lambda text: text.replace("site notice workbook", "poster")}
    wrong = pytest.raises(
        products.NoSuchProduct, match=r"venues\.csv.*poster[\s\S]*chọn trong .*site, slides, workbook"
    )
    with edited_project(tmp_path / "other", edits) as root, wrong:
        runs.deliver_to(sealed.with_project(root).settings, WEB_PORTAL, target, PERIOD)


def test_one_process_delivers_to_a_venue_and_what_died_is_told(sealed: Pipeline, target: Target) -> None:
    told = deliveries.Delivery(WEB_PORTAL, PERIOD, 1, "public", ["site"], "0" * 64)
    with engine_of_role(sealed.settings, "publisher") as engine, deliveries.turn(engine, WEB_PORTAL):
        with pytest.raises(runs.WarehouseBusy, match="đang giao tới"):
            runs.deliver_to(sealed.settings, WEB_PORTAL, target)
        killed = multiprocessing.get_context("fork").Process(target=_die_in_a_try, args=(sealed, told))
        killed.start()
        killed.join()
    assert sealed.rows("select state from ops.deliveries") == [{"state": "running"}]
    runs.deliver_to(sealed.settings, WEB_PORTAL, target)
    log = sealed.rows("select state, message_vi from ops.deliveries order by delivery_id")
    assert [row["state"] for row in log] == ["failed", "delivered"]
    assert "dừng giữa chừng" in log[0]["message_vi"]


def _die_in_a_try(pipeline: Pipeline, told: deliveries.Delivery) -> None:
    with (
        engine_of_role(pipeline.settings, "publisher") as engine,
        deliveries.logged(engine, told, message_of),
    ):
        os.kill(os.getpid(), signal.SIGKILL)


def _seal(pipeline: Pipeline, place: Path, revision: int = 1) -> None:
    runs.approve(pipeline.settings, PERIOD, by="Trần B", channel="command", answer=ANSWER)
    key = sealing.load_private_key(place / "private.pem")
    runs.seal(pipeline.settings, PERIOD, revision, place / "publications", key)


def test_the_venues_of_the_project_want_products_that_there_are(small: Pipeline) -> None:
    wanted = {name for line in read(small.settings.venues, ("products",)) for name in line.cells["products"].split()}
    assert wanted and wanted <= set(products.PRODUCTS)

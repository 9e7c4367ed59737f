"""The delivery of sealed revisions to the venues in force: which wait for what, and one venue's turn."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dvc766 import delivery, reference
from dvc766.clock import LOCAL_ZONE, business_now
from dvc766.delivery import DeliveryFailed, DeliveryRefused
from dvc766.failures import NeedsAPerson
from dvc766.reporting import products
from dvc766.reporting.editions import Edition
from dvc766.reporting.products import NoSuchProduct
from dvc766.runs.editions import kept_edition
from dvc766.runs.life import engine_of_role, message_of
from dvc766.settings import Settings, VenueSettings
from dvc766.warehouse import deliveries
from dvc766.warehouse.deliveries import Delivery, Outcome

_COLUMNS = ("venue_code", "name_vi", "edition", "products", "connection", "valid_from", "valid_to")

_LOG = logging.getLogger(__name__)


class NothingSealed(NeedsAPerson):
    """A month that was asked for has no sealed revision."""


@dataclass(frozen=True, slots=True)
class Venue:
    """A place that editions are delivered to, as venues.csv has it; no products = all there are."""

    code: str
    name_vi: str
    edition: Edition
    products: tuple[str, ...]
    connection: str


def venues(settings: Settings) -> Sequence[Venue]:
    """The venues in force today; ReferenceRefused when venues.csv cannot be used."""
    reference.check(settings.venues.parent)
    today = f"{business_now(settings.clock_url).astimezone(LOCAL_ZONE):%Y-%m-%d}"
    rows = [line.cells for line in reference.read(settings.venues, _COLUMNS)]
    return [
        Venue(
            row["venue_code"],
            row["name_vi"],
            Edition(row["edition"]),
            tuple(row["products"].split()),
            row["connection"],
        )
        for row in rows
        if row["valid_from"] <= today <= (row["valid_to"] or "9999")
    ]


def undelivered(settings: Settings, month: date | None = None) -> Mapping[Venue, Sequence[tuple[date, int]]]:
    """By venue in force, the sealed revisions that it has not got, the oldest month first.

    Of a month the newest revision counts. With `month` it is that month for every venue, delivered or not: then the
    delivery reads back what is there. Raises NothingSealed when that month is not sealed.
    """
    with engine_of_role(settings, "publisher") as engine:
        sealed, done = deliveries.sealed_revisions(engine), deliveries.delivered(engine)
    if month:
        asked = [each for each in sealed if each[0] == month]
        if not asked:
            raise NothingSealed(
                f"Tháng {month:%m/%Y} chưa có lần chốt nào được duyệt và đóng dấu.\n"
                "Việc cần làm: duyệt công bố (approve_month) rồi chạy lại."
            )
        return dict.fromkeys(venues(settings), asked)
    waiting = {
        venue: [(period, revision) for period, revision in sealed if (venue.code, period, revision) not in done]
        for venue in venues(settings)
    }
    return {venue: revisions for venue, revisions in waiting.items() if revisions}


def deliver_to(
    settings: Settings, code: str, target: Callable[[str], VenueSettings], month: date | None = None
) -> Sequence[str]:
    """Deliver what a venue waits for, or the month that is asked for; returns what came of each revision.

    `target` gives the settings of a connection by its name. What stands in the way of one revision does not stop the
    next; the error at the end tells all. It is DeliveryFailed where a further try may help, else DeliveryRefused.
    """
    outcomes, errors = [], []
    for venue, revisions in undelivered(settings, month).items():
        if venue.code != code:
            continue
        place = target(venue.connection)
        for period, revision in revisions:
            try:
                outcome = deliver(settings, venue, place, period, revision)
                outcomes.append(f"{period:%Y-%m} r{revision}: {outcome}")
            except (DeliveryFailed, DeliveryRefused) as error:
                errors.append(error)
    if len(errors) > 1:
        kind = DeliveryRefused if all(isinstance(error, DeliveryRefused) for error in errors) else DeliveryFailed
        raise kind("\n".join(map(str, errors)))
    if errors:
        raise errors[0]
    return outcomes


def deliver(settings: Settings, venue: Venue, target: VenueSettings, month: date, revision: int) -> Outcome:
    """Deliver a sealed revision to a venue, try after try, each in the log.

    Raises NoSuchProduct, DeliveryRefused, and DeliveryFailed after the last try; readers then see what they saw.
    """
    names = venue.products or tuple(products.PRODUCTS)
    if unknown := [name for name in names if name not in products.PRODUCTS]:
        raise NoSuchProduct(
            f"venues.csv, {venue.code}: không có sản phẩm {', '.join(unknown)}.\n"
            f"Việc cần làm: sửa cột products; chọn trong {', '.join(sorted(products.PRODUCTS))}."
        )
    if not names:
        raise NoSuchProduct("Chưa có sản phẩm nào để giao.\nViệc cần làm: báo tổ phát triển.")
    release = kept_edition(settings, month, revision, venue.edition).release(names)
    told = Delivery(venue.code, month, revision, venue.edition.value, names, release.sha256)
    with engine_of_role(settings, "publisher") as engine, deliveries.turn(engine, venue.code):
        for attempt in delivery.tries(target.extra):
            with attempt, deliveries.logged(engine, told, message_of) as ended:
                with delivery.opened(target) as store:
                    outcome: Outcome = "delivered" if delivery.deliver(release, store) else "unchanged"
                ended(outcome)
    _LOG.info("%s: %s r%d, %s (%s).", venue.name_vi, f"{month:%m/%Y}", revision, outcome, release.sha256[:8])
    return outcome

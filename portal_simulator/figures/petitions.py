"""Petitions whose counts equal 5.2 and 5.3, with others outside the month beside them."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from random import Random

from portal_simulator.calendar import at, shift
from portal_simulator.figures.month import Month
from portal_simulator.figures.targets import Targets
from portal_simulator.people import person
from portal_simulator.records import Dossier, Petition

_ANSWER_DAYS = 15
_TITLES = (
    "Phản ánh về thái độ tiếp nhận hồ sơ",
    "Kiến nghị rút ngắn thời gian giải quyết",
    "Phản ánh đường dây nóng không trả lời",
    "Kiến nghị về thành phần hồ sơ",
)


class Mailbox:
    """Makes the petitions of one agency; `agency_code` None = of no unit."""

    def __init__(self, province_code: str, agency_code: str | None, month: Month, rng: Random) -> None:
        self._prefix = zlib.crc32(f"{province_code}/{agency_code}".encode())  # one of its own for each agency
        self._agency = agency_code
        self._month = month
        self._rng = rng
        self.petitions: list[Petition] = []

    def _add(self, received: datetime, answered: datetime | None) -> Petition:
        serial = len(self.petitions)
        petition = Petition(
            petition_id=f"{self._prefix:08x}{serial:016x}",
            agency_code=self._agency,
            class_code=("TTHC", "HVHC")[serial % 2],
            received_at=received,
            due_at=at(shift(received.date(), _ANSWER_DAYS), 17) if serial % 5 else None,
            reporter=person(5000 + (self._prefix + serial) % 500),
            title=_TITLES[serial % len(_TITLES)],
            answered_at=answered,
        )
        if answered is not None:
            petition.published_at = answered + timedelta(days=1)
        self.petitions.append(petition)
        return petition

    def _vote(self, petition: Petition, likes: int, dislikes: int) -> None:
        published = petition.published_at or petition.received_at
        petition.votes_at = min(published + timedelta(days=1), self._month.clock)
        petition.likes, petition.dislikes = likes, dislikes

    def fill(self, unit: Targets) -> None:
        """The petitions that 5.2 and 5.3 count."""
        month, rng = self._month, self._rng
        carried = unit.petitions_handled - unit.petitions_received
        late = unit.petitions_handled - unit.petitions_handled_well
        late_carried = min(late, carried)
        for turn in range(carried):  # received before the month, in handling in it
            is_late = turn < late_carried
            received = at(month.day(-24 if is_late else -10), 9, turn % 60)
            self._add(received, at(month.day(3), 10, turn % 60))
        late_received = late - late_carried
        unsatisfied = unit.petitions_received - unit.petitions_satisfied - late_received
        for turn in range(unit.petitions_received):
            if turn < late_received:
                self._late_in_month(turn)
                continue
            received = at(month.day(rng.randrange(month.length)), 8 + turn % 9, turn % 60)
            answered: datetime | None
            if turn % 3 or turn < late_received + unsatisfied:
                answered = at(shift(received.date(), 1 + turn % 5), 11, turn % 60)
            else:  # still open at the month's end, or answered late after it: within its deadline then
                received = at(month.day(month.length - 3), 9, turn % 60)
                answered = at(month.day(month.length + 13), 10) if turn % 2 else None
            petition = self._add(received, answered if answered and answered < month.clock else None)
            if turn < late_received + unsatisfied:
                self._vote(petition, turn % 3, turn % 3 + 1)  # more dislikes than likes
            elif turn % 4 == 1:
                self._vote(petition, 2, turn % 2 * 2)

    def _late_in_month(self, turn: int) -> None:
        """Received in the month and late in it: the deadline was set shorter by the forwarding body."""
        month = self._month
        received = at(month.day(1), 9, turn % 60)
        answered = at(month.day(month.length - 2), 10) if turn % 2 else None
        petition = self._add(received, answered)
        petition.due_at = at(month.day(6), 17)

    def surround(self) -> None:
        """Petitions answered before the month, and received after it."""
        month = self._month
        self._vote(self._add(at(month.day(-20), 9), at(month.day(-1), 16)), 0, 3)
        self._vote(self._add(at(month.day(-40), 9), at(month.day(-3), 16)), 0, 1)
        self._add(at(month.next_first, 0), at(month.day(month.length + 3), 9))

    def complain(self, dossiers: list[Dossier]) -> None:
        """Complaints about dossiers, answered before the month: they count in 5.4 alone."""
        month = self._month
        for dossier in dossiers:
            received = max(at(month.day(-3), 14), (dossier.received_at or dossier.submitted_at))
            petition = self._add(received, at(month.first, 0) - timedelta(seconds=30))
            petition.dossier_code = dossier.code

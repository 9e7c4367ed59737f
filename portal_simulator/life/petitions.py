"""Petitions of the seeded province: with and without a unit, repeated, voted on, about dossiers."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from portal_simulator.calendar import at, shift
from portal_simulator.people import person
from portal_simulator.records import Dossier, Petition

_TITLES = (
    "Phản ánh về thời gian giải quyết hồ sơ",
    "Kiến nghị về thành phần hồ sơ phải nộp",
    "Phản ánh thái độ của cán bộ tiếp nhận",
    "Kiến nghị về quy định hành chính",
)
_ANSWER_DAYS = 15


class Mailbox:
    """Takes in the petitions of the province."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.petitions: list[Petition] = []

    def take_in(self, day: date, agency_code: str | None, about: Dossier | None) -> None:
        """One petition of the day."""
        rng = self._rng
        received = at(day, rng.randrange(7, 22), rng.randrange(60), rng.randrange(60))
        serial = len(self.petitions) + 1
        petition = Petition(
            petition_id=f"66{serial:022x}",
            agency_code=agency_code,
            class_code=rng.choice(("QDHC", "HVHC")),
            received_at=received,
            due_at=None if rng.random() < 0.1 else at(shift(day, _ANSWER_DAYS), 17),
            reporter=person(rng.randrange(7000, 7800)),
            title=rng.choice(_TITLES),
        )
        if rng.random() < 0.94:
            answered = shift(day, rng.choice((1, 3, 5, 8, 12, 15, 16, 22)))
            petition.answered_at = at(answered, rng.randrange(8, 17), rng.randrange(60))
            if petition.answered_at <= received:
                petition.answered_at = received + timedelta(hours=1)
            if rng.random() < 0.9:
                petition.published_at = petition.answered_at + timedelta(days=rng.randrange(0, 4), minutes=20)
                self._vote(petition)
        if about is not None and about.received_at is not None and about.received_at < received:
            petition.dossier_code = about.code
            petition.agency_code = about.agency_code
        earlier = [p for p in self.petitions[-40:] if p.agency_code == petition.agency_code and p.repeat_of is None]
        if earlier and rng.random() < 0.08:
            petition.repeat_of = rng.choice(earlier).petition_id
        self.petitions.append(petition)

    def _vote(self, petition: Petition) -> None:
        rng = self._rng
        if petition.published_at is None or rng.random() > 0.4:
            return
        petition.votes_at = petition.published_at + timedelta(days=rng.randrange(0, 15), minutes=5)
        petition.likes, petition.dislikes = rng.randrange(0, 4), rng.randrange(0, 4)

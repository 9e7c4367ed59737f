"""Small records for the worked cases."""

from __future__ import annotations

from datetime import date, datetime

from portal_simulator.people import person
from portal_simulator.records import (
    Agency,
    Announcement,
    Dossier,
    Petition,
    Procedure,
    Province,
    Redating,
    State,
    Step,
    Supplement,
)
from tests.oracle.scoring import ZONE, month_of
from tests.oracle.timeliness import Period

LONG_AFTER = datetime(2027, 1, 1, tzinfo=ZONE)


def moment(text: str) -> datetime:
    """`2025-06-02 09:00`, or a date for nine in the morning."""
    return datetime.fromisoformat(text if " " in text else f"{text} 09:00").replace(tzinfo=ZONE)


def month(text: str, known_at: datetime = LONG_AFTER) -> Period:
    """The month `2025-06`."""
    return month_of(date.fromisoformat(f"{text}-01"), known_at)


def procedure(limit: int | None = 10, unit: str = "WORKING_DAY", fee: int = 0) -> Procedure:
    """A procedure with a limit."""
    return Procedure("1.000001", "Thủ tục", "G01", "citizen", limit, unit, fee)


def dossier(
    received: str,
    due: str | None = None,
    steps: str = "",
    supplements: tuple[Supplement, ...] = (),
    redatings: tuple[Redating, ...] = (),
    agency: str = "H62.03",
) -> Dossier:
    """A dossier; `steps` after the receipt as `4@2025-06-03;9@2025-06-10`, times of day as in `moment`.

    `9@2025-06-12=2025-06-10 16:00` was taken down on the 12th and dated the 10th.
    """
    received_at = moment(received)
    later = []
    for text in steps.split(";") if steps else []:
        state, _, at = text.strip().partition("@")
        taken_down, _, dated = at.partition("=")
        later.append(Step(moment(taken_down), State(int(state)), moment(dated) if dated else None))
    return Dossier(
        dossier_id="a" * 24,
        code="H62.03-250602-0001",
        agency_code=agency,
        procedure_code="1.000001",
        channel=2,
        submitted_at=received_at,
        received_at=received_at,
        due_at=None if due is None else moment(f"{due} 17:00"),
        steps=[Step(received_at, State.REGISTERED), Step(received_at, State.ACCEPTED), *later],
        applicant=person(1),
        supplements=list(supplements),
        redatings=list(redatings),
    )


def asked(at: str, answered: str | None = None, new_due: str | None = None) -> Supplement:
    """A request for papers."""
    return Supplement(
        moment(at),
        moment(answered) if answered else None,
        moment(f"{new_due} 17:00") if new_due else None,
    )


def apology(at: str, new_due: str) -> Redating:
    """A letter of apology."""
    return Redating(moment(at), moment(f"{new_due} 17:00"))


def petition(received: str, answered: str | None = None, due: str | None = None, key: str = "p1") -> Petition:
    """A petition of department H62.03."""
    return Petition(
        petition_id=key,
        agency_code="H62.03",
        class_code="QDHC",
        received_at=moment(received),
        due_at=moment(f"{due} 17:00") if due else None,
        reporter=person(2),
        title="Phản ánh",
        answered_at=moment(answered) if answered else None,
    )


def announced(decided: str, effective: str, published: str | None) -> Procedure:
    """A procedure announced once."""
    made = procedure()
    made.announcing_agency_code = "H62"
    made.announcements = [
        Announcement("d1", "1/QĐ-UBND", date.fromisoformat(decided), moment(published) if published else None)
    ]
    made.legal_bases_effective_on = [date.fromisoformat(effective)]
    return made


def province(
    dossiers: list[Dossier] | None = None,
    petitions: list[Petition] | None = None,
    procedures: list[Procedure] | None = None,
) -> Province:
    """Two departments, a district and a commune before the merger; two agencies after it."""
    end, start = date(2025, 6, 30), date(2025, 7, 1)
    agencies = [
        Agency("1", "H62", "UBND tỉnh Vĩnh Phúc", "PROVINCE", None, end),
        Agency("2", "H62.03", "Sở Nội vụ", "AGENCY", None, end),
        Agency("3", "H62.04", "Sở Tư pháp", "AGENCY", None, end),
        Agency("4", "H62.253", "UBND huyện Sông Lô", "DISTRICT", None, end),
        Agency("5", "H44", "UBND tỉnh Phú Thọ", "PROVINCE", start, None),
        Agency("6", "H44.42", "Sở Nội vụ", "AGENCY", start, None),
        Agency("7", "H44.167", "UBND xã Sông Lô", "COMMUNE", start, None),
    ]
    return Province("H44", agencies, procedures or [procedure()], dossiers or [], petitions or [], LONG_AFTER)

"""The simulator's canonical records: what truly happened, with full time lines.

The HTTP faces show a record as it stood at the simulated clock; the second implementation in the
tests reads these records directly. Instants are aware datetimes in Asia/Ho_Chi_Minh. Every person
here is invented.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum


class State(IntEnum):
    """National dossier states."""

    REGISTERED = 1
    ACCEPTED = 2
    NOT_ACCEPTED = 3
    PROCESSING = 4
    SUPPLEMENT = 5
    FINANCIAL_DUTY = 6
    WITHDRAWN = 7
    STOPPED = 8
    RESULT_READY = 9
    DELIVERED = 10


@dataclass(slots=True)
class Person:
    """An invented citizen; must never be seen outside the simulator."""

    full_name: str
    identity_number: str
    phone: str
    email: str
    address: str


@dataclass(slots=True)
class Step:
    """The dossier entered `state` at `at`.

    `dated`: the date that the office typed for it, where that is not the moment of the change. The
    portal shows one for the receipt, a completion, a delivery and a refusal.
    """

    at: datetime
    state: State
    dated: datetime | None = None


@dataclass(slots=True)
class Supplement:
    """A request for more papers; `due_after` is set at the answer when the deadline was re-set by it."""

    asked_at: datetime
    answered_at: datetime | None = None
    due_after: datetime | None = None


@dataclass(slots=True)
class Redating:
    """A deadline re-set without a supplement (letter of apology)."""

    at: datetime
    due_after: datetime


@dataclass(slots=True)
class Component:
    """A paper of the dossier."""

    is_digitised: bool = False
    is_reused: bool = False
    from_store: bool = False


@dataclass(slots=True)
class ResultFile:
    """A result attached at `at`; `has_file` false = a result code without an electronic file."""

    at: datetime
    has_file: bool = True
    in_store: bool = False


@dataclass(slots=True)
class FeeLine:
    """One fee of a dossier, in đồng; amount 0 is a zero fee line."""

    amount: int
    quantity: int = 1
    is_required: bool = True


@dataclass(slots=True)
class Payment:
    """A payment request and, for online ones, its transaction."""

    code: str
    amount: int
    method: str  # truc-tuyen | tien-mat | chuyen-khoan
    requested_at: datetime
    paid_at: datetime | None = None
    gateway: str | None = None  # cong-quoc-gia | cong-tinh; online only
    failed: bool = False


@dataclass(slots=True)
class Rating:
    """A citizen's verdict: RẤT HÀI LÒNG, HÀI LÒNG or KHÔNG HÀI LÒNG."""

    rating_id: str
    at: datetime
    verdict: str
    comment: str = ""


@dataclass(slots=True)
class Dossier:
    """One dossier. `due_at` is the first appointment; later ones come from supplements and redatings."""

    dossier_id: str
    code: str
    agency_code: str
    procedure_code: str
    channel: int | None  # 1 direct, 2 online, 3 postal, None = missing (direct)
    submitted_at: datetime
    received_at: datetime | None  # as the portal says it; a typed one may lie ahead
    due_at: datetime | None
    steps: list[Step]
    applicant: Person
    receiving_agency_code: str | None = None
    competent_received_at: datetime | None = None  # received by another place: when the competent agency had it
    supplements: list[Supplement] = field(default_factory=list)
    redatings: list[Redating] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    results: list[ResultFile] = field(default_factory=list)
    fee_lines: list[FeeLine] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    is_vneid_verified: bool = False
    uses_population_database: bool = False
    has_reuse_flag: bool = False  # HoSoCoThanhPhanSoHoa
    paid_flag: str = "0"  # DuocThanhToanTrucTuyen as the portal shows it
    note: str = ""  # free text of the portal; may hold personal data
    removed_at: datetime | None = None  # deleted from the portal
    recoded: tuple[datetime, str] | None = None  # since when it bears another code, and which
    moved: tuple[datetime, str] | None = None  # since when it names another agency, and which

    def code_at(self, at: datetime) -> str:
        """The code it bears at an instant."""
        return self.recoded[1] if self.recoded and self.recoded[0] <= at else self.code

    def agency_code_at(self, at: datetime) -> str:
        """The agency it names at an instant."""
        return self.moved[1] if self.moved and self.moved[0] <= at else self.agency_code


@dataclass(slots=True)
class Petition:
    """Feedback or recommendation of a citizen; `agency_code` None = of no unit."""

    petition_id: str
    agency_code: str | None
    class_code: str
    received_at: datetime
    due_at: datetime | None
    reporter: Person
    title: str
    answered_at: datetime | None = None
    published_at: datetime | None = None
    votes_at: datetime | None = None
    likes: int = 0
    dislikes: int = 0
    repeat_of: str | None = None
    dossier_code: str | None = None
    cancelled_at: datetime | None = None
    hides_answer_date: bool = False  # its state says that it was answered, no date does


@dataclass(slots=True)
class Announcement:
    """A decision that announced a procedure."""

    decision_id: str
    decision_number: str
    decided_on: date
    published_at: datetime | None


@dataclass(slots=True)
class Service:
    """A procedure as applied by an agency; a change of level ends one row and begins another."""

    agency_code: str
    level: str  # FULL | PARTIAL | NONE
    valid_from: date | None = None
    valid_to: date | None = None  # the last day


@dataclass(slots=True)
class Limit:
    """A time limit from a day on; None = no limit known."""

    from_on: date
    time_limit: int | None
    unit: str


@dataclass(slots=True)
class Procedure:
    """One administrative procedure; `time_limit` and its unit are the first ones."""

    code: str  # national stem, 1.000123
    name_vi: str
    field_code: str
    target: str  # citizen | business
    time_limit: int | None  # None = no limit known
    time_limit_unit: str  # WORKING_DAY | DAY | HOUR | MONTH
    fee: int = 0
    state: str = "PUBLISHED"  # PUBLISHED | UPDATED | INACTIVE
    publishing_agency_codes: list[str] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    announcing_agency_code: str | None = None  # None = not announced by the province
    announcements: list[Announcement] = field(default_factory=list)
    legal_bases_effective_on: list[date] = field(default_factory=list)
    missing_parts: tuple[str, ...] = ()  # of name, steps, methods, components, time_limit, subjects, agencies
    later_limits: list[Limit] = field(default_factory=list)  # oldest first
    abolished_on: date | None = None  # from this day on no list of the national portal has it

    def limit_on(self, day: date) -> tuple[int | None, str]:
        """The limit and its unit as the catalogue showed them on a day."""
        found = (self.time_limit, self.time_limit_unit)
        for limit in self.later_limits:
            if limit.from_on <= day:
                found = (limit.time_limit, limit.unit)
        return found

    def is_listed(self, day: date) -> bool:
        """True until the procedure is abolished."""
        return self.abolished_on is None or day < self.abolished_on


@dataclass(slots=True)
class Agency:
    """A unit on the portals' lists."""

    agency_id: str
    code: str
    name_vi: str
    level: str  # PROVINCE | AGENCY | DISTRICT | COMMUNE
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(slots=True)
class Province:
    """All canonical records of one simulated province."""

    code: str
    agencies: list[Agency]
    procedures: list[Procedure]
    dossiers: list[Dossier]
    petitions: list[Petition]
    clock: datetime  # the simulated now
    published_figures: dict[tuple[str, str], dict[str, object]] | None = None  # figures mode, by (unit, indicator)
    published_month: date | None = None  # the month of the published figures
    left_out: list[dict[str, str]] = field(default_factory=list)  # their cells that no records can have, with causes

"""A hand-made province: one record for each thing the faces have to show."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from starlette.testclient import TestClient

from portal_simulator.faces.replies import LOGIN, PASSWORD
from portal_simulator.faces.wire import VIETNAM
from portal_simulator.people import person
from portal_simulator.records import (
    Agency,
    Announcement,
    Component,
    Dossier,
    FeeLine,
    Payment,
    Petition,
    Procedure,
    Province,
    Rating,
    Redating,
    ResultFile,
    Service,
    State,
    Step,
    Supplement,
)

DISTRICTS_END = date(2025, 6, 30)
TOKEN_PATH = "/provincial/auth/realms/digo/protocol/openid-connect/token"


def moment(text: str) -> datetime:
    """An instant in Vietnam's time."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def plain_dossier(number: int, received: datetime) -> Dossier:
    """An online dossier received and finished within a day, ratings and fees absent."""
    done = received + timedelta(hours=20)
    return Dossier(
        dossier_id=f"{number:024x}",
        code=f"H44.01-250601-{number:04d}",
        agency_code="H44.01",
        procedure_code="1.000001",
        channel=2,
        submitted_at=received - timedelta(hours=1),
        received_at=received,
        due_at=received + timedelta(days=3),
        steps=[
            Step(received - timedelta(hours=1), State.REGISTERED),
            Step(received, State.ACCEPTED),
            Step(received + timedelta(hours=2), State.PROCESSING),
            Step(done, State.RESULT_READY),
            Step(done + timedelta(hours=2), State.DELIVERED),
        ],
        applicant=person(number),
        results=[ResultFile(done)],
    )


def eventful_dossier() -> Dossier:
    """Asked for more papers, answered with a new date, re-dated by an apology, paid and rated."""
    dossier = plain_dossier(900, moment("2025-06-02T08:00:00"))
    dossier.due_at = moment("2025-06-16T17:00:00")
    dossier.steps = [
        *dossier.steps[:3],
        Step(moment("2025-06-05T09:00:00"), State.SUPPLEMENT),
        Step(moment("2025-06-19T09:00:00"), State.PROCESSING),
        Step(moment("2025-07-10T09:00:00"), State.RESULT_READY),
    ]
    dossier.supplements = [
        Supplement(
            moment("2025-06-05T09:00:00"),
            moment("2025-06-19T09:00:00"),
            moment("2025-06-30T17:00:00"),
        )
    ]
    dossier.redatings = [Redating(moment("2025-07-02T08:00:00"), moment("2025-07-15T17:00:00"))]
    dossier.results = [ResultFile(moment("2025-07-10T09:00:00"), has_file=False, in_store=True)]
    dossier.components = [Component(is_digitised=True, from_store=True)]
    dossier.fee_lines = [FeeLine(50_000)]
    dossier.paid_flag = "1"
    dossier.payments = [
        Payment(
            code=f"{dossier.code}-20250602090000",
            amount=50_000,
            method="truc-tuyen",
            requested_at=moment("2025-06-02T09:00:00"),
            paid_at=moment("2025-06-03T09:00:00"),
            gateway="cong-quoc-gia",
        )
    ]
    dossier.ratings = [Rating("rating-900", moment("2025-07-11T09:00:00"), "HÀI LÒNG")]
    dossier.note = f"Gọi {dossier.applicant.full_name} theo số {dossier.applicant.phone}"
    dossier.uses_population_database = True
    return dossier


def sample_province(plain_dossiers: int = 20) -> Province:
    """Twenty plain dossiers of June 2025, an eventful one, two petitions, two procedures."""
    start = moment("2025-06-03T08:00:00")
    agencies = [
        Agency("a-1", "H62", "UBND tỉnh Vĩnh Phúc", "PROVINCE", None, DISTRICTS_END),
        Agency("a-2", "H62.02", "UBND huyện Lập Thạch", "DISTRICT", None, DISTRICTS_END),
        Agency("a-3", "H44", "UBND tỉnh Phú Thọ", "PROVINCE", date(2025, 7, 1), None),
        Agency("a-4", "H44.01", "Văn phòng UBND tỉnh", "AGENCY", date(2025, 7, 1), None),
    ]
    procedures = [
        Procedure(
            code="1.000001",
            name_vi="Đăng ký khai sinh",
            field_code="G15-HT",
            target="citizen",
            time_limit=10,
            time_limit_unit="WORKING_DAY",
            fee=50_000,
            publishing_agency_codes=["H44.01"],
            services=[Service("H44.01", "FULL"), Service("H62.02", "PARTIAL")],
            announcing_agency_code="H44",
            announcements=[
                Announcement("qd-1", "12/QĐ-UBND", date(2025, 6, 10), moment("2025-06-12T10:00:00")),
                Announcement("qd-2", "34/QĐ-UBND", date(2025, 7, 10), None),
            ],
            legal_bases_effective_on=[date(2025, 6, 20), date(2025, 8, 1)],
        ),
        Procedure(
            code="1.000002",
            name_vi="Cấp giấy phép kinh doanh",
            field_code="G01-KD",
            target="business",
            time_limit=None,
            time_limit_unit="DAY",
            missing_parts=("steps",),
        ),
    ]
    petitions = [
        Petition(
            petition_id="p-1",
            agency_code="H44.01",
            class_code="QD",
            received_at=moment("2025-06-04T08:00:00"),
            due_at=moment("2025-06-25T17:00:00"),
            reporter=person(950),
            title="Xin sửa đường",
            answered_at=moment("2025-06-20T08:00:00"),
            published_at=moment("2025-06-21T08:00:00"),
            votes_at=moment("2025-06-22T08:00:00"),
            likes=3,
            dislikes=1,
        ),
        Petition(
            petition_id="p-2",
            agency_code=None,
            class_code="HV",
            received_at=moment("2025-06-29T08:00:00"),
            due_at=None,
            reporter=person(951),
            title="Thái độ phục vụ",
        ),
    ]
    return Province(
        code="H44",
        agencies=agencies,
        procedures=procedures,
        dossiers=[
            *(plain_dossier(n, start + timedelta(hours=n)) for n in range(plain_dossiers)),
            eventful_dossier(),
        ],
        petitions=petitions,
        clock=moment("2025-08-01T00:30:00"),
    )


def signed_in(client: TestClient) -> TestClient:
    """The client, holding a token."""
    form = {"grant_type": "client_credentials", "client_id": LOGIN, "client_secret": PASSWORD}
    token = client.post(TOKEN_PATH, data=form).json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return client

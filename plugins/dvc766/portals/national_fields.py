"""The national portal's records: allow-listed fields as data.

Shapes: the portal's public REST interface of 2026 (agencies, formalities, services, evaluation) and
the server-to-server exchange (units, procedures, announcing decisions). `assumed=True`: see
docs/interpretations.md.
"""

from __future__ import annotations

from dvc766.portals.contract import Field, Kind, Portal, Resource

DEPARTMENTS = Resource(
    name="departments",
    name_vi="cơ quan trên Cổng",
    key=("department_id",),
    fields=(
        Field("department_id", "id", Kind.ID, required=True),
        Field("department_code", "code", Kind.CODE, required=True),
        Field("name_vi", "name", Kind.TEXT),
        Field("level", "level", Kind.CODE, required=True, code_set="department_level"),
    ),
)

EXCHANGE_UNITS = Resource(
    name="exchange_units",
    name_vi="đơn vị trên trục liên thông",
    key=("unit_code",),
    fields=(
        Field("unit_code", "MADONVI", Kind.CODE, required=True),
        Field("name_vi", "TENDONVI", Kind.TEXT),
        Field("tier", "CAPDONVI", Kind.CODE),
    ),
)

FORMALITIES = Resource(
    name="formalities",
    name_vi="thủ tục hành chính",
    key=("formality_id",),
    fields=(
        Field("formality_id", "id", Kind.ID, required=True),
        Field("procedure_code", "code", Kind.PROCEDURE_CODE, required=True),
        Field("name_vi", "name", Kind.TEXT),
        Field("state", "state", Kind.CODE, required=True, code_set="formality_state"),
        Field("department_id", "departmentId", Kind.ID),
        Field("publishing_department_ids", "publishingDepartmentIds", Kind.CODES),
    ),
)

FORMALITY_DETAILS = Resource(
    name="formality_details",
    name_vi="nội dung thủ tục hành chính",
    key=("formality_id",),
    fields=(
        Field("formality_id", "id", Kind.ID, required=True),
        Field("procedure_code", "code", Kind.PROCEDURE_CODE, required=True),
        Field("name_vi", "name", Kind.TEXT),
        Field("updated_at", "updatedAt", Kind.INSTANT),
        Field(
            "execution_methods",
            "executionMethods",
            Kind.CHILDREN,
            children=(
                Field("submission_method", "submissionMethod", Kind.CODE),
                Field("processing_time", "processingTime", Kind.NUMBER),
                Field(
                    "processing_time_unit",
                    "processingTimeUnit",
                    Kind.CODE,
                    code_set="processing_time_unit",
                ),
                Field(
                    "fees",
                    "fees",
                    Kind.CHILDREN,
                    children=(
                        Field("amount", "amount", Kind.AMOUNT),
                        Field("value", "value", Kind.AMOUNT),  # the older name of amount
                    ),
                ),
            ),
        ),
        Field("profile_components", "executionCases.profileComponents", Kind.COUNT),
        Field("results", "resultsDetails", Kind.COUNT),
        Field("legal_bases", "legalBasisesDetails", Kind.COUNT),
    ),
)

DEPARTMENT_SERVICES = Resource(
    name="department_services",
    name_vi="dịch vụ công của từng cơ quan",
    key=("department_code", "procedure_code", "case_code"),
    fields=(
        Field("department_code", "departmentCode", Kind.CODE, required=True),
        Field("procedure_code", "formalityCode", Kind.PROCEDURE_CODE, required=True),
        Field("case_code", "formalityCaseCode", Kind.CODE, required=True),
        Field(
            "implement_level",
            "implementLevel",
            Kind.CODE,
            required=True,
            code_set="implement_level",
        ),
        Field("is_testing", "isTesting", Kind.FLAG),
        Field("target_types", "formalityTargetType", Kind.CODES),
    ),
)

PROCEDURES = Resource(
    name="procedures",
    name_vi="thủ tục trong cơ sở dữ liệu quốc gia",
    key=("procedure_code",),
    fields=(
        Field("procedure_code", "MATTHC", Kind.PROCEDURE_CODE, required=True),
        Field("name_vi", "TENTTHC", Kind.TEXT),
        Field("state", "TRANGTHAI", Kind.CODE),  # "1" = public
        Field("announcing_agency_code", "MACOQUANCONGBO", Kind.CODE),
        Field("decision_id", "IDQUYETDINHCONGBO", Kind.ID),
        Field("published_at", "NGAYCONGKHAI", Kind.INSTANT, assumed=True),
        Field(
            "legal_bases",
            "CANCUPHAPLY",
            Kind.CHILDREN,
            children=(Field("effective_on", "NGAYHIEULUC", Kind.DATE),),
        ),
        Field("steps", "TRINHTUTHUCHIEN", Kind.COUNT),
        Field("methods", "CACHTHUCTHUCHIEN", Kind.COUNT),
        Field("components", "THANHPHANHOSO", Kind.COUNT),
        Field("subjects", "DOITUONGTHUCHIEN", Kind.COUNT),
        Field("agencies", "COQUANTHUCHIEN", Kind.COUNT),
        Field("time_limits", "CACHTHUCTHUCHIEN.THOIGIAN", Kind.COUNT),
    ),
)

DECISIONS = Resource(
    name="decisions",
    name_vi="quyết định công bố thủ tục",
    key=("decision_id",),
    fields=(
        Field("decision_id", "IDQUYETDINHCONGBO", Kind.ID, required=True),
        Field("decision_number", "SOQUYETDINH", Kind.CODE, required=True),
        Field("decided_on", "NGAYQUYETDINH", Kind.DATE, required=True),
    ),
)

EVALUATIONS = Resource(
    name="evaluations",
    name_vi="số liệu đánh giá của Cổng",
    key=("unit_code", "metric_code", "period_kind", "period_start"),
    fields=(
        Field("unit_code", "unit_code", Kind.CODE, required=True),
        Field("metric_code", "metric_code", Kind.CODE, required=True),
        Field("period_kind", "period_kind", Kind.CODE, required=True),
        Field("period_start", "period_start", Kind.DATE, required=True),
        Field("numerator", "numerator", Kind.INTEGER),
        Field("denominator", "denominator", Kind.INTEGER),
        Field("points", "points", Kind.NUMBER),
        Field("max_points", "max_points", Kind.NUMBER),
        Field("data_quality_status", "data_quality_status", Kind.CODE),
    ),
)

EVALUATED_UNITS = Resource(
    name="evaluated_units",
    name_vi="đơn vị được Cổng đánh giá",
    key=("unit_code", "period_kind", "period_start"),
    fields=(
        Field("unit_code", "unit_code", Kind.CODE, required=True),
        Field("period_kind", "period_kind", Kind.CODE, required=True),
        Field("period_start", "period_start", Kind.DATE, required=True),
        Field("name_vi", "name_vi", Kind.TEXT),
        Field("level", "level", Kind.CODE, code_set="department_level"),
    ),
)

NATIONAL = Portal(
    code="national_portal",
    name_vi="Cổng Dịch vụ công quốc gia",
    hosts={
        "public": (
            DEPARTMENTS,
            FORMALITIES,
            FORMALITY_DETAILS,
            DEPARTMENT_SERVICES,
            EVALUATIONS,
            EVALUATED_UNITS,
        ),
        "exchange": (EXCHANGE_UNITS, PROCEDURES, DECISIONS),
    },
    needs={"exchange": "exchange_url"},
    beside_dossiers=frozenset(each.name for each in (FORMALITIES, FORMALITY_DETAILS, DEPARTMENT_SERVICES)),
)

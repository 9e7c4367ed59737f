"""The rows of the evaluation replies: a unit's values in the shape of each endpoint."""

from __future__ import annotations

from decimal import Decimal

from portal_simulator.evaluation.counts import Unit
from portal_simulator.evaluation.scoring import GROUPS, RULES, Measured
from portal_simulator.records import Agency
from portal_simulator.views.catalogue import department_id
from portal_simulator.views.dossiers import Row

_NOTHING = Measured(None, None, None)

# endpoint -> (metric code, name, indicator); None = tracked without points
LISTS: dict[str, tuple[tuple[str, str, str | None], ...]] = {
    "transparency": (
        ("PUBLISH_ON_TIME", "Công bố đúng hạn", "1.1"),
        ("PUBLIC_UPDATE_ON_TIME", "Cập nhật, công khai đúng hạn", "1.2"),
        ("PUBLIC_CONTENT_FULL", "Công khai đầy đủ nội dung", "1.3"),
        ("DOSSIER_SYNC", "Đồng bộ hồ sơ", "1.4"),
    ),
    "dossier-digitized": (
        ("ORIGINAL_RESULT_AVAILABLE", "Kết quả điện tử", "4.1"),
        ("SO_HOA_GIAY_TO_GIAI_QUYET", "Số hóa hồ sơ", "4.2"),
        ("REUSED_DIGITIZED_DATA", "Sử dụng lại dữ liệu số hóa", "4.3"),
        ("SYNCED_WITH_DVCQG_PERSONAL_STORAGE", "Kết nối kho dữ liệu", "4.4"),
        ("CITIZEN_DATA_CONNECTED_FORMALITY", "Thủ tục kết nối dữ liệu dân cư", "4.5a"),
        ("CITIZEN_DATA_CONNECTED_DOSSIER", "Hồ sơ sử dụng dữ liệu dân cư", "4.5b"),
        ("ELECTRONIC_CERTIFIED_COPY", "Chứng thực bản sao điện tử", "4.6"),
    ),
    "handling-satisfaction": (
        ("DOSSIER_RECEIVING_SATISFACTION", "Hài lòng trong giải quyết thủ tục", "5.4"),
        ("PETITION_PROCESSING_ON_TIME", "Phản ánh xử lý đúng hạn", "5.2"),
        ("PETITION_HANDLING_SATISFACTION", "Hài lòng trong xử lý phản ánh", "5.3"),
        ("PETITION_CLASSIFIED_REGULATION", "Phản ánh về quy định", None),
        ("PETITION_CLASSIFIED_CONDUCT", "Phản ánh về hành vi", None),
    ),
}
_WITHOUT_CODE = ("transparency", "handling-satisfaction")
_GROUP_OF = {"transparency": "CKMB", "dossier-digitized": "MDSH", "handling-satisfaction": "MDHL"}
_OTHER_GROUP_NAMES = {"CLGQ": "DVCTT"}  # how files of figures name the portal's group


def identity(agency: Agency) -> Row:
    """How a unit is named in every reply."""
    return {
        "departmentId": department_id(agency.code),
        "departmentName": agency.name_vi,
        "departmentCode": agency.code,
    }


def _points(values: Unit, group: str) -> Decimal:
    """A group's points: the published total where there is one, else the sum."""
    total = values.get(_OTHER_GROUP_NAMES.get(group, group), _NOTHING).points
    if total is not None:
        return total
    given = (values.get(code, _NOTHING).points for code in GROUPS[group])
    return sum((p for p in given if p is not None), Decimal(0))


def scores_row(agency: Agency, values: Unit) -> Row:
    """A unit of `service-results`: the total and the six groups."""
    groups = {group: float(_points(values, group)) for group in GROUPS}
    total = round(sum(groups.values()), 2)
    return identity(agency) | {
        "totalScore": total,
        "totalMaxScore": 100,
        "ratio": total,
        "scoreDelta": None,
        "childGroup": None,
        "groupScores": groups,
    }


def metrics_row(name: str, agency: Agency, values: Unit) -> Row:
    """A unit of a list reply; two of them do not give the unit's code."""
    metrics = [_metric(*metric, values) for metric in LISTS[name]]
    group = _GROUP_OF[name]
    total = float(_points(values, group))
    most = sum(RULES[code].most for code in GROUPS[group])
    row = identity(agency) | {
        "departmentType": "ADMINISTRATIVE_UNIT",
        "departmentLevel": agency.level,
        "agencyLevel": "level_1" if agency.level in ("PROVINCE", "AGENCY") else "level_2",
        "totalScore": total,
        "totalMaxScore": most,
        "ratio": round(100 * total / most, 2),
        "scoreDelta": None,
        "averageScore": total,
        "metrics": metrics,
    }
    if name in _WITHOUT_CODE:
        del row["departmentCode"]
    if name == "handling-satisfaction":
        row["totalPetitions"] = values.get("5.2", _NOTHING).denominator
        row["classifiedPetitions"] = values.get("5.2", _NOTHING).denominator
        row["totalDossiers"] = values.get("5.4", _NOTHING).denominator
    return row


def _metric(code: str, name: str, indicator: str | None, values: Unit) -> Row:
    value = values.get(indicator, _NOTHING) if indicator else _NOTHING
    metric: Row = {
        "code": code,
        "name": name,
        "numerator": value.numerator,
        "denominator": value.denominator,
        "ratio": _ratio(value),
        "score": None if value.points is None else float(value.points),
        "maxScore": RULES[indicator].most if indicator else 0,
    }
    if code == "DOSSIER_SYNC":
        has_report = bool(value.denominator)
        metric["dataQualityStatus"] = "TEMP_NATIONAL_REPORT_DENOMINATOR" if has_report else "NO_NATIONAL_REPORT_DATA"
        metric["dataQualityMessage"] = "Số liệu tạm" if has_report else "Chưa có số liệu báo cáo"
    return metric


def progress_counts(values: Unit) -> Row:
    """Counts of `dvc-progress-tree`."""
    value = values.get("2.1", _NOTHING)
    late = None
    if value.numerator is not None and value.denominator is not None:
        late = value.denominator - value.numerator
    return {
        "totalReceived": value.denominator,
        "totalOnTime": value.numerator,
        "totalOverdue": late,
    } | _group(values, "TDGQ", value)


def online_counts(values: Unit) -> Row:
    """Counts of `provide-online-tree`."""
    authority, services, channels = (values.get(code, _NOTHING) for code in GROUPS["CLGQ"])
    return {
        "authorityCount": authority.denominator,
        "partialCount": None if authority.numerator is None else 0,
        "fullCount": authority.numerator,
        "onlineDossierCount": services.numerator,
        "onlineServiceTotal": services.denominator,
        "channelOnlineSum": channels.numerator,
        "channelTotalSum": channels.denominator,
    } | _group(values, "CLGQ", channels)


def payment_counts(values: Unit) -> Row:
    """Counts of `formality-online-payment-tree`."""
    national, either, dossiers = (values.get(code, _NOTHING) for code in GROUPS["TTTT"])
    return {
        "totalDossierOnlinePaymentSuccess": dossiers.numerator,
        "totalDossierFinancialObligation": dossiers.denominator,
        "totalDossierOnlineFormalityPaymentSuccess": either.numerator,
        "totalFeeDossierFormalityDistinct": national.numerator,
        "totalFeeDossierFormality": national.numerator,
        "totalFeeFormality": national.denominator,
    } | _group(values, "TTTT", dossiers)


def _group(values: Unit, group: str, value: Measured) -> Row:
    return {
        "ratio": _ratio(value),
        "score": float(_points(values, group)),
        "maxScore": sum(RULES[code].most for code in GROUPS[group]),
    }


def _ratio(value: Measured) -> float:
    """In per cent; the portal says 100 where it gives no counts."""
    if value.numerator is None or not value.denominator:
        return 100.0 if value.numerator is None else 0.0
    return round(100 * value.numerator / value.denominator, 2)

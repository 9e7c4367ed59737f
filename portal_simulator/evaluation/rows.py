"""The rows of the evaluation replies: a unit's values in the shape that the portal gives them.

The shapes follow public captures of 2026 (tests/fixtures/evaluation_replies). Averages and courses of
time, which nobody here counts, are 0.
"""

from __future__ import annotations

from decimal import Decimal

from portal_simulator.evaluation.counts import Unit
from portal_simulator.evaluation.scoring import GROUPS, RULES, Measured
from portal_simulator.records import Agency
from portal_simulator.views.catalogue import department_id, wire_level
from portal_simulator.views.dossiers import Row

_NOTHING = Measured(None, None, None)

# endpoint -> (metric code, name, indicator whose counts it shows, whether it earns points)
LISTS: dict[str, tuple[tuple[str, str, str, bool], ...]] = {
    "transparency": (
        ("PUBLISH_ON_TIME", "Công bố đúng hạn", "1.1", True),
        ("PUBLIC_UPDATE_ON_TIME", "Cập nhật, công khai đúng hạn", "1.2", True),
        ("PUBLIC_CONTENT_FULL", "Công khai đầy đủ nội dung", "1.3", True),
        ("DOSSIER_SYNC", "Đồng bộ hồ sơ", "1.4", True),
    ),
    "dossier-digitized": (
        ("ORIGINAL_RESULT_AVAILABLE", "Kết quả điện tử", "4.1", True),
        ("SO_HOA_GIAY_TO_GIAI_QUYET", "Số hóa hồ sơ", "4.2", True),
        ("REUSED_DIGITIZED_DATA", "Sử dụng lại dữ liệu số hóa", "4.3", True),
        ("SYNCED_WITH_DVCQG_PERSONAL_STORAGE", "Kết nối kho dữ liệu", "4.4", True),
        ("CITIZEN_DATA_CONNECTED_DOSSIER", "Hồ sơ sử dụng dữ liệu dân cư", "4.5b", True),
        ("CITIZEN_DATA_CONNECTED_FORMALITY", "Thủ tục kết nối dữ liệu dân cư", "4.5a", True),
        ("ELECTRONIC_CERTIFIED_COPY", "Chứng thực bản sao điện tử", "4.6", True),
    ),
    "handling-satisfaction": (
        ("PETITION_CLASSIFICATION_TTHC", "Phản ánh về thủ tục", "5.2", False),
        ("DOSSIER_RECEIVING_SATISFACTION", "Hài lòng trong giải quyết thủ tục", "5.4", True),
        ("PETITION_PROCESSING_ON_TIME", "Phản ánh xử lý đúng hạn", "5.2", True),
        ("PETITION_HANDLING_SATISFACTION", "Hài lòng trong xử lý phản ánh", "5.3", True),
        ("PETITION_CLASSIFICATION_STAFF", "Phản ánh về cán bộ", "5.2", False),
    ),
}
_GROUP_OF = {"transparency": "CKMB", "dossier-digitized": "MDSH", "handling-satisfaction": "MDHL"}
_OTHER_GROUP_NAMES = {"CLGQ": "DVCTT"}  # how files of figures name the portal's group
_RADAR: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("CKMB", "Công khai, minh bạch", ("CKMB",)),
    ("TDGQ", "Tiến độ giải quyết", ("TDGQ",)),
    ("ONLINE_SERVICE", "Dịch vụ trực tuyến", ("CLGQ", "TTTT")),
    ("MDHL", "Mức độ hài lòng", ("MDHL",)),
    ("MDSH", "Số hóa hồ sơ", ("MDSH",)),
)
_DEPARTMENT_TYPES = {
    "PROVINCE": "PROVINCE",
    "AGENCY": "PROVINCIAL_DEPARTMENT",
    "DISTRICT": "DISTRICT_PEOPLE_COMMITTEE",
    "COMMUNE": "COMMUNE_PEOPLE_COMMITTEE",
}


def identity(agency: Agency) -> Row:
    """How a unit is named in a tree."""
    return {
        "departmentId": department_id(agency.code),
        "departmentName": agency.name_vi,
        "departmentCode": agency.code,
    }


def scores_row(agency: Agency, values: Unit) -> Row:
    """A unit of `service-results`: its total alone; the province's row has no id but the most points."""
    total = _number(sum((_points(values, group) or Decimal(0) for group in GROUPS), Decimal(0)))
    scores: Row = {"totalScore": total, "ratio": total}
    if agency.level == "PROVINCE":
        named = {"departmentName": agency.name_vi, "departmentCode": agency.code}
        return named | scores | {"totalMaxScore": 100}
    return identity(agency) | scores | {"scoreDelta": None, "childGroup": agency.level}


def radar_rows(values: Unit) -> list[Row]:
    """The province's groups as `service-results` draws them, both online groups in one."""
    rows = []
    for code, name, groups in _RADAR:
        points = sum((_points(values, group) or Decimal(0) for group in groups), Decimal(0))
        rows.append({"code": code, "name": name} | _scored("score", "maxScore", points, *groups))
    return rows


def metrics_row(name: str, agency: Agency, values: Unit) -> Row:
    """A unit of a list reply; only one of the three lists gives the unit's code."""
    group = _GROUP_OF[name]
    row: Row = identity(agency) | {
        "departmentType": _DEPARTMENT_TYPES[agency.level],
        "departmentLevel": wire_level(agency),
        "agencyLevel": "level_1" if agency.level == "PROVINCE" else "level_2",
        **_scored("totalScore", "totalMaxScore", _points(values, group), group),
        "scoreDelta": None,
        "metrics": [_metric(name, metric, values) for metric in LISTS[name]],
    }
    if name != "dossier-digitized":
        del row["departmentCode"]
    if name == "transparency" and agency.level == "PROVINCE":
        row["averageScore"] = row["totalScore"]
    if name == "handling-satisfaction":
        row["totalPetitions"] = values.get("5.2", _NOTHING).denominator
        row["classifiedPetitions"] = values.get("5.2", _NOTHING).denominator
        row["totalDossiers"] = values.get("5.4", _NOTHING).denominator
        row["averageScore"] = None
    return row


def _metric(name: str, described: tuple[str, str, str, bool], values: Unit) -> Row:
    code, label, indicator, is_scored = described
    value = values.get(indicator, _NOTHING)
    if not is_scored:  # the simulator's petitions are about procedures, none about staff
        about = value.denominator if code == "PETITION_CLASSIFICATION_TTHC" else 0
        value = Measured(about, value.denominator, None)
    ratio = _ratio(value)
    metric: Row = {
        "code": code,
        "name": label,
        "numerator": value.numerator,
        "denominator": value.denominator,
        "ratio": 0 if ratio is None and name == "handling-satisfaction" else ratio,
        "score": None if value.points is None else _number(value.points),
        "maxScore": RULES[indicator].most if is_scored else 0,
    }
    if code == "DOSSIER_SYNC":
        has_report = bool(value.denominator)
        metric["dataQualityStatus"] = "TEMP_NATIONAL_REPORT_DENOMINATOR" if has_report else "NO_NATIONAL_REPORT_DATA"
        metric["dataQualityMessage"] = "Số liệu tạm" if has_report else "Chưa có số liệu"
    return metric


def progress_row(agency: Agency, values: Unit) -> Row:
    """A unit of `dvc-progress-tree`: the province's and a unit's row differ in what they count and name."""
    value = values.get("2.1", _NOTHING)
    row: Row = {"totalReceived": value.denominator, "totalOnTime": value.numerator}
    if agency.level == "PROVINCE":
        names = "totalScore", "totalMaxScore"
        row["totalCompleted"] = 0
    else:
        names = "score", "maxScore"
        known = value.numerator is not None and value.denominator is not None
        row["totalOverdue"] = (value.denominator or 0) - (value.numerator or 0) if known else None
    scored = _scored(*names, _points(values, "TDGQ"), "TDGQ")
    return row | {"avgProcessingDays": 0} | scored | {"ratio": _ratio(value) or 0}


def online_row(agency: Agency, values: Unit) -> Row:
    """A unit of `provide-online-tree`: the counts are the province's alone."""
    row = _scored("totalScore", "totalMaxScore", _points(values, "CLGQ"), "CLGQ")
    if agency.level != "PROVINCE":
        return row
    authority, services, channels = (values.get(code, _NOTHING) for code in ("3.1", "3.2", "3.3"))
    direct = None
    if channels.numerator is not None and channels.denominator is not None:
        direct = channels.denominator - channels.numerator
    return row | {
        "authorityCount": authority.denominator,
        "partialCount": None if authority.numerator is None else 0,
        "fullCount": authority.numerator,
        "onlineDossierCount": services.numerator,
        "onlineServiceTotal": services.denominator,
        "channelOnlineSum": channels.numerator,
        "channelDirectSum": direct,
        "channelPostalSum": 0,
        "channelTotalSum": channels.denominator,
        "onlineOnTimeSum": 0,
        "onlineOverdueSum": 0,
    }


def payment_row(agency: Agency, values: Unit) -> Row:
    """A unit of `formality-online-payment-tree`; `…Distinct` repeats the denominator."""
    with_dossier, paid, dossiers = (values.get(code, _NOTHING) for code in ("3.5", "3.5b", "3.6"))
    return {
        **_scored("totalScore", "totalMaxScore", _points(values, "TTTT"), "TTTT"),
        "totalDossierOnlinePaymentSuccess": dossiers.numerator,
        "totalDossierFinancialObligation": dossiers.denominator,
        "totalDossierOnlineFormalityPaymentSuccess": paid.numerator,
        "totalFeeDossierFormalityDistinct": paid.denominator,
        "totalFeeDossierFormality": with_dossier.numerator,
        "totalFeeFormality": paid.denominator,
    }


def _points(values: Unit, group: str) -> Decimal | None:
    """A group's points: the published total where there is one, else the sum; none where nothing is known of it."""
    total = values.get(_OTHER_GROUP_NAMES.get(group, group), _NOTHING).points
    if total is not None:
        return total
    known = [values[code].points for code in GROUPS[group] if code in values]
    return sum((points for points in known if points is not None), Decimal(0)) if known else None


def _scored(score: str, max_score: str, points: Decimal | None, *groups: str) -> Row:
    """Points under the names that the reply uses, of the most that the groups give, and their percentage."""
    most = sum(RULES[code].most for group in groups for code in GROUPS[group])
    if points is None:
        return {score: None, max_score: most, "ratio": None}
    return {score: _number(points), max_score: most, "ratio": _number(round(100 * points / most, 2))}


def _ratio(value: Measured) -> float | None:
    """In per cent; 100 for points without counts, none for a ratio that does not exist."""
    if value.numerator is None or value.denominator is None:
        return None if value.points is None else 100
    if not value.denominator:
        return None
    return _number(round(Decimal(100 * value.numerator) / value.denominator, 2))


def _number(value: Decimal) -> int | float:
    """As JSON writes it: 12 and 5.71, never 12.0."""
    return int(value) if value == value.to_integral_value() else float(value)

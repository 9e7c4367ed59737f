"""What a report says of lateness, petitions and of services that exist and are not used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from dvc766.reporting import highlights, sentences
from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.documents.layout import Column, Row, Section, Table
from dvc766.reporting.editions import Edition
from dvc766.reporting.rows import Difference, Lateness
from dvc766.reporting.wording import NOTHING, day, listed, number, percent, points, signed, small, under

MOST = 5

LATE_COLUMNS = (
    Column("name", "Cơ quan", 31),
    Column("timed", "Hồ sơ có hạn", 10, "right"),
    Column("late", "Quá hạn", 10, "right"),
    Column("share", "Tỷ lệ", 9, "right"),
    Column("finished", "Xong sau hạn", 10, "right"),
    Column("open", "Chưa xong", 10, "right"),
    Column("apology", "Có xin lỗi", 10, "right"),
    Column("without", "Chưa xin lỗi", 10, "right"),
)
PETITION_COLUMNS = (
    Column("name", "Cơ quan", 48),
    Column("on_time", "Xử lý đúng hạn", 26, "right"),
    Column("satisfied", "Hài lòng với kết quả xử lý", 26, "right"),
)
PRACTICE_COLUMNS = (
    Column("agency", "Cơ quan", 28),
    Column("procedure", "Thủ tục", 42),
    Column("not_used", "Hồ sơ", 10, "right"),
    Column("of", "Trên tổng số", 10, "right"),
    Column("share", "Tỷ lệ", 10, "right"),
)


def timeliness(publication: Publication) -> Section:
    """Late dossiers told apart: by kind, with and without an apology, and late only as the national portal counts."""
    lead = []
    province = publication.province
    if province and province.lateness:
        late = province.lateness
        lead.append(f"Toàn tỉnh: {small(sentences.lateness(late))}")
        if rest := late.late - late.with_apology:
            lead.append(f"Còn {number(rest)} hồ sơ quá hạn chưa có văn bản xin lỗi.")
    lead += _portal(publication)
    late_ones = [agency for agency in publication.agencies if agency.lateness and agency.lateness.late]
    late_ones.sort(key=lambda agency: (-_late(agency), agency.standing.display_order, agency.code))
    rows = [_late_row(agency, agency.lateness) for agency in late_ones[:MOST] if agency.lateness]
    caption = (
        f"Cơ quan có nhiều hồ sơ quá hạn nhất ({len(rows)} trên {number(len(late_ones))} cơ quan có hồ sơ quá hạn)"
    )
    return Section("timeliness", "Tiến độ giải quyết hồ sơ", lead=lead, tables=[Table(caption, LATE_COLUMNS, rows)])


def petitions(publication: Publication) -> Section:
    """Petitions answered on time and to the satisfaction of those who sent them; reasons of the others."""
    lead = []
    for code, said in (("5.2", "được xử lý đúng hạn"), ("5.3", "được người gửi hài lòng")):
        score = publication.province.indicator(code) if publication.province else None
        if score and score.denominator:
            lead.append(
                f"{number(score.numerator)} trên {number(score.denominator)} phản ánh, kiến nghị {said}"
                f" ({percent(score.ratio)}; chỉ tiêu {percent(score.target)})."
            )
    reasons = [
        f"{small(reason.reason_vi)} ({number(reason.records)})"
        for reason in (publication.province.reasons if publication.province else ())
        if reason.indicator_code == "5.2"
    ]
    if reasons:
        lead.append(f"Phản ánh, kiến nghị quá hạn gồm: {listed(reasons)}.")
    slow = _slow_with_petitions(publication.agencies)
    rows = [_petition_row(agency) for agency in slow[:MOST]]
    caption = (
        f"Cơ quan có tỷ lệ xử lý đúng hạn thấp nhất ({len(rows)} trên {number(len(slow))} cơ quan có phản ánh, kiến"
        " nghị quá hạn)"
    )
    tables = [Table(caption, PETITION_COLUMNS, rows)]
    empty = ["Không phát sinh phản ánh, kiến nghị trong tháng."]
    return Section("petitions", "Xử lý phản ánh, kiến nghị", lead=lead or empty, tables=tables)


def outreach(publication: Publication, edition: Edition) -> Section:
    """Where citizens must be told of a service that exists: filed direct, paid in cash, results not electronic."""
    agencies = publication.agencies
    found: Sequence[tuple[str, Sequence[highlights.Practice]]] = (
        ("Nộp trực tiếp hoặc qua bưu chính dù đã cung cấp trực tuyến", highlights.filed_direct(agencies, MOST)),
        ("Chưa thanh toán trực tuyến ở thủ tục có phí, lệ phí", highlights.paid_in_cash(agencies, MOST)),
        ("Chưa trả kết quả điện tử", highlights.without_electronic_result(agencies, MOST)),
    )
    tables = [Table(caption, PRACTICE_COLUMNS, [_practice_row(one) for one in rows]) for caption, rows in found]
    lead = ["Các thủ tục cần tập trung tuyên truyền, hướng dẫn người dân, xếp theo số hồ sơ chưa thực hiện."]
    if not any(rows for _, rows in found):
        lead = ["Không có thủ tục nào cần nêu."]
    after = []
    if edition is Edition.PUBLIC:
        after = [
            f"Bản công khai không nêu số {under(publication.head.least_shown)} hồ sơ của một thủ tục tại một cơ quan."
        ]
    return Section("outreach", "Nội dung cần tuyên truyền, hướng dẫn", lead=lead, tables=tables, after=after)


def _portal(publication: Publication) -> Sequence[str]:
    """On-time points beside the national portal's: how far apart, and whose dossiers are late only there."""
    province = publication.province
    whole = _on_time_difference(province) if province else None
    if whole is None or whole.difference is None:
        return ["Chưa có số liệu của Cổng Dịch vụ công quốc gia để đối chiếu chỉ số 2.1."]
    differ = any(one.difference for agency in publication.agencies if (one := _on_time_difference(agency)))
    told = [_beside_portal(whole) if whole.difference or differ else _same_as_portal(whole)]
    causes: dict[str, list[str]] = {}
    unexplained = 0
    for agency in publication.agencies:
        one = _on_time_difference(agency)
        if one is None or (one.difference or Decimal(0)) >= 0:
            continue
        if one.cause_code == "unexplained":
            unexplained += 1
        else:
            causes.setdefault(one.cause_vi, []).append(f"{agency.name} ({signed(one.difference)} điểm)")
    told += [f"Chỉ quá hạn theo cách tính của Cổng, do {small(why)}: {_some(who)}." for why, who in causes.items()]
    if unexplained:
        told.append(
            f"{number(unexplained)} cơ quan có điểm chỉ số 2.1 trên Cổng thấp hơn điểm do tỉnh tính mà chưa rõ nguyên"
            " nhân, cần đối chiếu từng hồ sơ."
        )
    return told


def _beside_portal(whole: Difference) -> str:
    ours = f"Chỉ số 2.1 của toàn tỉnh do tỉnh tính là {points(whole.our_points)} điểm"
    portal = f"Cổng Dịch vụ công quốc gia (ngày {day(whole.portal_captured_on)})"
    if not whole.difference:
        return f"{ours}, bằng điểm trên {portal}."
    return (
        f"{ours}, {portal} là {points(whole.portal_points)} điểm, chênh lệch {signed(whole.difference)} điểm;"
        f" nguyên nhân: {small(whole.cause_vi)}."
    )


def _same_as_portal(whole: Difference) -> str:
    """Neither the province nor any agency has other points at the portal."""
    return (
        f"Chỉ số 2.1 của toàn tỉnh và của từng cơ quan do tỉnh tính đều bằng điểm trên Cổng Dịch vụ công quốc gia"
        f" (ngày {day(whole.portal_captured_on)}); điểm của toàn tỉnh là {points(whole.our_points)}."
    )


def _some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    rest = len(names) - MOST
    return listed([*names[:MOST], f"{number(rest)} cơ quan khác"] if rest > 0 else names)


def _on_time_difference(agency: Agency) -> Difference | None:
    return next((one for one in agency.differences if one.indicator_code == "2.1"), None)


def _late(agency: Agency) -> int:
    return agency.lateness.late if agency.lateness else 0


def _late_row(agency: Agency, late: Lateness) -> Row:
    return {
        "name": agency.name,
        "timed": number(late.timed),
        "late": number(late.late),
        "share": percent(Decimal(late.late) / late.timed) if late.timed else NOTHING,
        "finished": number(late.finished_late),
        "open": number(late.open_past_deadline),
        "apology": number(late.with_apology),
        "without": number(late.late - late.with_apology),
    }


def _slow_with_petitions(agencies: Sequence[Agency]) -> Sequence[Agency]:
    """Agencies with petitions that do not all come on time, the lowest rate first, then the most petitions."""
    key: Callable[[Agency], tuple[Decimal, int, int]] = lambda agency: (  # noqa: E731
        _rate(agency),
        -_cases(agency),
        agency.standing.display_order,
    )
    return sorted((agency for agency in agencies if _cases(agency) and _rate(agency) < 1), key=key)


def _rate(agency: Agency) -> Decimal:
    score = agency.indicator("5.2")
    return score.ratio if score and score.ratio is not None else Decimal(1)


def _cases(agency: Agency) -> int:
    score = agency.indicator("5.2")
    return (score.denominator or 0) if score else 0


def _petition_row(agency: Agency) -> Row:
    return {"name": agency.name, "on_time": _of(agency, "5.2"), "satisfied": _of(agency, "5.3")}


def _of(agency: Agency, code: str) -> str:
    score = agency.indicator(code)
    if score is None or not score.denominator:
        return NOTHING
    return f"{number(score.numerator)}/{number(score.denominator)} ({percent(score.ratio)})"


def _practice_row(one: highlights.Practice) -> Row:
    return {
        "agency": one.agency.name,
        "procedure": one.procedure.procedure_name_vi or one.procedure.procedure_code,
        "not_used": number(one.not_used),
        "of": number(one.of),
        "share": percent(Decimal(one.not_used) / one.of),
    }

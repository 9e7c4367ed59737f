"""`./run explain`: why an agency has these points, down to the last record, in the words of an official."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from dvc766 import runs
from dvc766.runs.life import engine_of_role
from dvc766.warehouse.explanations import Explanation, KnownError, Record, Redating
from dvc766.warehouse.explanations import explain as explain_cell
from local_stack.arguments import parser
from local_stack.warehouse_in_use import settings_in_use

KINDS = {"dossier": "hồ sơ", "procedure": "thủ tục", "petition": "phản ánh, kiến nghị"}


def explain(arguments: list[str]) -> int:
    """Print numerator, denominator, points and the records that cost points; status 1 when the list is not whole."""
    options = parser("explain")
    options.add_argument("--agency", required=True, metavar="CODE")
    options.add_argument("--indicator", required=True, metavar="CODE")
    options.add_argument("--period", required=True, type=runs.month_of, metavar="YYYY-MM")
    options.add_argument("--revision", type=int, metavar="N", help="as this revision of a frozen month has it")
    asked = options.parse_args(arguments)
    with settings_in_use() as settings, engine_of_role(settings, "bi_reader") as engine:
        explanation = explain_cell(engine, asked.period, asked.agency, asked.indicator, asked.revision)
    print("\n".join(lines(explanation)))
    return 0 if explanation.is_whole or explanation.score.is_counted_by_portal else 1


def lines(explanation: Explanation) -> Iterator[str]:
    """The explanation as an official reads it."""
    score = explanation.score
    which = f"lần chốt {score.revision}" if score.revision else score.period_state_vi.lower()
    yield f"{score.agency_name_vi} ({score.agency_code}) · tháng {score.period_month:%m/%Y}, {which}"
    yield f"Chỉ số {score.indicator_code}: {score.indicator_name_vi}"
    if score.scope == "province":
        yield f"{score.scope_vi}: mọi cơ quan cùng mang giá trị này."
    yield _count(explanation)
    yield from map(_known_error, explanation.known_errors)
    yield ""
    if score.is_counted_by_portal:
        yield "Tử số do Cổng Dịch vụ công quốc gia đếm; Cổng công bố số lượng, không nêu từng hồ sơ."
        return
    if not explanation.is_whole:
        yield (
            f"KHÔNG KHỚP: tử số {score.numerator} cộng {len(explanation.records)} dòng dưới đây không bằng mẫu số"
            f" {score.denominator}."
        )
        yield (
            "Việc cần làm: nếu tháng này được chốt trước khi hệ thống lưu căn cứ của từng điểm thì xem báo cáo khi đó;"
            " nếu không thì báo tổ vận hành."
        )
    elif not explanation.records:
        yield "Không có bản ghi nào bị trừ."
    for (_, reason), number in sorted(Counter((one.reason_code, one.reason_vi) for one in explanation.records).items()):
        yield f"{number:>6}  {reason}"
    if explanation.records:
        yield ""
        redatings = defaultdict(list)
        for one in explanation.redatings:
            redatings[one.source_id].append(one)
        for record in explanation.records:
            yield _line(record)
            if changed := redatings.get(record.source_id or ""):
                yield "      ngày bị sửa: " + "; ".join(map(_redating, changed))


def _count(explanation: Explanation) -> str:
    score = explanation.score
    points = (
        "không chấm" if score.points is None else f"{_vietnamese(score.points)}/{_vietnamese(score.max_points)} điểm"
    )
    if not score.denominator:
        return f"{score.status_vi}: {points}"
    kinds = "/".join(sorted({KINDS[one.kind] for one in explanation.records})) or "bản ghi"
    share = 100 * (score.numerator or 0) / score.denominator
    return (
        f"{_whole(score.numerator)} trên {_whole(score.denominator)} ({_vietnamese(round(share, 2))}%), chỉ tiêu"
        f" {_vietnamese(100 * score.target, 0)}%: {points}; {_whole(len(explanation.records))} {kinds} không được tính"
    )


def _known_error(one: KnownError) -> str:
    effects = [
        f"{_vietnamese(one.effect_points)} điểm" if one.effect_points is not None else "",
        f"{_whole(one.effect_cases)} trường hợp" if one.effect_cases is not None else "",
    ]
    told = "; ".join(filter(None, effects))
    effect = f" Ảnh hưởng theo nơi báo: {told}." if told else ""
    return (
        f"Lỗi đã biết của nguồn {one.correction_id} ({one.portal_vi}): {one.what_vi.rstrip('.')}."
        f" {one.status_vi}. {one.guard_state_vi}.{effect} Điểm trên không được điều chỉnh."
    )


def _line(one: Record) -> str:
    told = [one.code]
    if one.kind == "dossier":
        told.append(f"thủ tục {one.procedure_code}")
    if one.procedure_name_vi:
        told.append(one.procedure_name_vi)
    told.append(one.reason_vi)
    if one.lateness_kind_vi:
        told.append(f"loại: {one.lateness_kind_vi.lower()}")
    for label, day in (("nhận", one.began_on), ("hạn", one.due_on), ("xong", one.finished_on)):
        if day:
            told.append(f"{label} {day:%d/%m/%Y}")
    if one.working_days_late and one.due_on:
        told.append(f"quá {one.working_days_late} ngày làm việc")
    if one.supplement_days:
        told.append(f"chờ bổ sung {one.supplement_days} ngày")
    if one.apologised_on:
        told.append(f"xin lỗi ngày {_day(one.apologised_on)}")
    return "  " + " · ".join(told)


def _redating(one: Redating) -> str:
    """`hạn trả 16/06/2025 → 23/06/2025 (sửa ngày 13/06/2025, có thư xin lỗi): quá hạn → đúng hạn`."""
    before = _day(one.before_on) if one.before_on else "không có"
    how = "có thư xin lỗi" if one.is_apologised else "không có thư xin lỗi"
    told = f"{one.date_vi.lower()} {before} → {_day(one.after_on)} (sửa ngày {_day(one.redated_on)}, {how})"
    if one.is_on_time_before is None or one.is_on_time_after is None:
        return told
    return f"{told}: {_verdict(one.is_on_time_before)} → {_verdict(one.is_on_time_after)}"


def _verdict(is_on_time: bool) -> str:
    return "đúng hạn" if is_on_time else "quá hạn"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _whole(number: int | None) -> str:
    return f"{number or 0:,}".replace(",", ".")


def _vietnamese(number: object, digits: int = 2) -> str:
    return f"{number:.{digits}f}".replace(".", ",")

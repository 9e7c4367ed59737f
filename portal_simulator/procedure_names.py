"""Names and fields of invented procedures, in the manner of the national catalogue."""

from __future__ import annotations

_FIELDS = (
    ("G01", "đất đai", ("quyền sử dụng đất", "biến động đất đai", "đo đạc thửa đất")),
    ("G02", "hộ tịch", ("khai sinh", "kết hôn", "tình trạng hôn nhân", "khai tử")),
    ("G03", "chứng thực", ("chữ ký", "bản sao", "hợp đồng, giao dịch")),
    ("G04", "bảo trợ xã hội", ("trợ cấp xã hội", "hỗ trợ mai táng", "người khuyết tật")),
    ("G05", "thành lập doanh nghiệp", ("hộ kinh doanh", "doanh nghiệp", "hợp tác xã")),
    ("G06", "hoạt động xây dựng", ("giấy phép xây dựng", "chứng chỉ hành nghề", "thẩm định thiết kế")),
    ("G07", "đường bộ", ("giấy phép lái xe", "phù hiệu xe", "đấu nối đường bộ")),
    ("G08", "dược phẩm", ("chứng chỉ hành nghề dược", "cơ sở bán lẻ thuốc", "giấy phép hoạt động")),
    ("G09", "giáo dục", ("trường mầm non", "chuyển trường", "bằng tốt nghiệp")),
    ("G10", "người có công", ("trợ cấp ưu đãi", "thân nhân liệt sĩ", "di chuyển hồ sơ")),
    ("G11", "môi trường", ("giấy phép môi trường", "khai thác nước", "đánh giá tác động")),
    ("G12", "văn hóa", ("tổ chức lễ hội", "biểu diễn nghệ thuật", "dịch vụ karaoke")),
)
_ACTS = ("Cấp", "Cấp lại", "Đăng ký", "Thay đổi nội dung", "Gia hạn", "Xác nhận", "Thu hồi", "Điều chỉnh")


def field_of(number: int) -> str:
    """The field's code of procedure `number`."""
    return _FIELDS[number % len(_FIELDS)][0]


def name_of(number: int) -> str:
    """A name that tells procedures of one field apart."""
    _, name, subjects = _FIELDS[number % len(_FIELDS)]
    turn = number // len(_FIELDS)
    subject = subjects[turn % len(subjects)]
    act = _ACTS[turn // len(subjects) % len(_ACTS)]
    case = turn // (len(subjects) * len(_ACTS))
    suffix = f" (trường hợp {case + 1})" if case else ""
    return f"{act} {subject} thuộc lĩnh vực {name}{suffix}"

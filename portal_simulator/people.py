"""Invented citizens with values that can be searched for.

Every value is a function of an index, so that a test can list what must never leave the portals.
Numbers use ranges that no register issues: identity numbers start with 000, phones with 0000.
"""

from __future__ import annotations

from portal_simulator.records import Person

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương")
_MIDDLE = ("Thị", "Văn", "Hữu", "Đức", "Ngọc", "Quỳnh", "Thế", "Xuân", "Khánh", "Bảo", "Diệu")
_GIVEN = ("Ẩnh", "Bưởi", "Chuối", "Dứa", "Đào", "Gấc", "Hồng", "Khế", "Lựu", "Mận", "Nhãn", "Ổi", "Quất")
_STREETS = ("đường Hoa Giấy", "phố Lá Bàng", "ngõ Cây Sấu", "thôn Bến Mộng", "xóm Cầu Vồng")


def person(index: int) -> Person:
    """The citizen of that index; names recur, numbers and addresses do not."""
    name = " ".join(
        (
            _FAMILY[index % len(_FAMILY)],
            _MIDDLE[index // 3 % len(_MIDDLE)],
            _GIVEN[index // 7 % len(_GIVEN)],
        )
    )
    return Person(
        full_name=name,
        identity_number=f"000{index:09d}",
        phone=f"0000{index:06d}",
        email=f"congdan{index}@example.vn",
        address=f"Số {index}, {_STREETS[index % len(_STREETS)]}",
    )


def planted_values(count: int) -> set[str]:
    """Every personal value of the first `count` citizens, for searches where none may be found."""
    values: set[str] = set()
    for index in range(count):
        citizen = person(index)
        values |= {
            citizen.full_name,
            citizen.identity_number,
            citizen.phone,
            citizen.email,
            citizen.address,
        }
    return values

"""The sections of the report that an officer may write; until then they hold a draft made of the figures."""

from __future__ import annotations

from collections.abc import Mapping

SECTIONS: Mapping[str, str] = {
    "weak_points": "Tồn tại, hạn chế",
    "causes": "Nguyên nhân",
    "tasks": "Nhiệm vụ trong thời gian tới",
    "proposals": "Đề xuất, kiến nghị",
    "follow_up": "Thực hiện kết luận của phiên họp trước",
}
"""What each is called, by the name under which its text is kept."""

"""What fails in silence ends in the right alert with the right runbook; normal days end in none."""

from __future__ import annotations

from tests.dvc766.alerts.installations import Installation, at


def test_a_sound_installation_has_nothing_to_tell(sound: Installation) -> None:
    for hour in (3, 7, 8, 11, 23):
        assert sound.found(at(hour)) == []

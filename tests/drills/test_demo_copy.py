"""A drill on the demo's warehouse says what to do when there is none, or when the demo did not come to its end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drills.demo_copy import DemoMissing, require_demo
from local_stack import installation
from tests.database import Database


def test_a_demo_that_is_missing_or_ended_early_is_told(
    make_database: Callable[..., Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "DEMO", "drill_of_a_demo")
    demo = make_database("drill_of_a_demo")
    with demo.cluster.connect(demo.name) as owner:
        with pytest.raises(DemoMissing, match=r"no month of it is frozen.\nNext: ./run demo again"):
            require_demo(demo.cluster)
        owner.execute("create schema published; create table published.revisions (period_month date)")
        with pytest.raises(DemoMissing, match="no month of it is frozen"):
            require_demo(demo.cluster)
        owner.execute("insert into published.revisions values ('2025-05-01')")
        require_demo(demo.cluster)
    demo.cluster.drop_database(demo.name)
    with pytest.raises(DemoMissing, match=r"no warehouse of the demo.\nNext: ./run demo, then"):
        require_demo(demo.cluster)

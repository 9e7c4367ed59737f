"""A stand-in for the national and the provincial portal, for demonstrations and tests.

Canonical records (`records`) are filled by a seeded life of a province or from published figures,
shown as they stood at a simulated clock (`timeline`, `*_view`) and served in the documented shapes
(`national`, `exchange`, `provincial`), with switchable faults (`faults`). Everything is synthetic.
"""

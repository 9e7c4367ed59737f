"""Superset over the marts: dashboards, labels and roles as code. `./run bi` puts it up; see docs/bi.md.

`start.py` and `superset_config.py` run in Superset's own environment; the rest needs the standard library and PyYAML.
"""

"""The rows that people keep in dbt_project/seeds: read from their files, and judged before anything is built.

`files` reads a file whatever a spreadsheet made of it, or refuses it; `rules` judges cells and rows by
what `_seeds.yml` says of them; `sense` judges what the rows of several files say together, `corrections`
whether known errors of the portals can be followed; `dated` gives the value of a rule on a day, and the
codes that have a label.
"""

from dvc766.reference.dated import RuleUnusable, codes_of, rule_on
from dvc766.reference.files import Finding, Line, ReferenceRefused, day_in, read
from dvc766.reference.rules import check

__all__ = ["Finding", "Line", "ReferenceRefused", "RuleUnusable", "check", "codes_of", "day_in", "read", "rule_on"]

"""The two kinds of failure there are: those that may pass by themselves, and those that wait for a person.

An error says by its class which of the two it is, and nowhere else. A scheduler tries a task again
unless its error is a `NeedsAPerson`.
"""

from __future__ import annotations


class NeedsAPerson(Exception):
    """Trying again does not help: somebody has to change something first.

    The message says what, for instance: a setting that is missing, a door that stays closed, a run
    that was closed already. An error that is not of this kind (a portal that does not answer, a lost
    connection) may pass, and is worth a further try.
    """

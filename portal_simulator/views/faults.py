"""The named faults, switchable while the simulator runs.

Transient faults break every n-th call and let its repetition pass. A closed portal refuses every call
until it is opened. Disguises (`disguises`) change how
values look, never what they mean. Door defects plant what the checks at the door must stop.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum

MOST_IN_A_ROW = 2


class Kind(Enum):
    """What a fault does to a reply."""

    TRANSIENT = "transient"  # every n-th call fails; repeated, it succeeds soon
    DISGUISE = "disguise"  # same meaning, other form
    OUTAGE = "outage"  # every call fails until the fault is switched off
    MOVEMENT = "movement"  # rows move or repeat while they are read
    CONTENT = "content"  # an unknown code until somebody maps it
    DEFECT = "defect"  # what the door must stop
    UPLOAD = "upload"  # every n-th edition sent is not taken, or taken without a good answer
    DISTORTION = "distortion"  # the national portal counts otherwise than the records say


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: its kind and, for transient ones, how often and at which call it fires."""

    kind: Kind
    says: str
    every: int = 0
    phase: int = 0


FAULTS: dict[str, Fault] = {
    "err_in_200": Fault(Kind.TRANSIENT, "an error body under HTTP 200", 23, 2),
    "html_200": Fault(Kind.TRANSIENT, "a firewall's HTML page under HTTP 200", 19, 5),
    "session_expired": Fault(Kind.TRANSIENT, "the exchange's session ends early", 7, 3),
    "token_401_once": Fault(Kind.TRANSIENT, "the gateway refuses a good token once", 29, 3),
    "rate_429_retry_after": Fault(Kind.TRANSIENT, "HTTP 429 with Retry-After", 31, 8),
    "national_closed": Fault(Kind.OUTAGE, "the national portal answers every call with HTTP 503"),
    "provincial_closed": Fault(Kind.OUTAGE, "the provincial portal answers every call with HTTP 503"),
    "page_drift": Fault(Kind.MOVEMENT, "rows already served move to the end of their window"),
    "dup_rows": Fault(Kind.MOVEMENT, "some rows come twice on a page"),
    "string_numbers": Fault(Kind.DISGUISE, "numbers and booleans as text"),
    "date_mix": Fault(Kind.DISGUISE, "every documented form of a date"),
    "nfd_text": Fault(Kind.DISGUISE, "decomposed Vietnamese, doubled spaces"),
    "empty_vs_null": Fault(Kind.DISGUISE, "nothing as null, as an empty text, as a missing key"),
    "unknown_status": Fault(Kind.CONTENT, "some dossiers in processing show status 23, Chờ ký số"),
    "upload_cut": Fault(Kind.UPLOAD, "the last file of an edition sent does not arrive", 2, 1),
    "error_after_storing": Fault(Kind.UPLOAD, "an edition sent is kept, and the answer is HTTP 500", 2, 1),
    "late_sync": Fault(Kind.DISTORTION, "dossiers of the month's last three days are not evaluated"),
    "status_rewritten": Fault(Kind.DISTORTION, "states 5, 6 and 8 are evaluated as 9"),
    "flag_forced": Fault(Kind.DISTORTION, "flags of dossiers are evaluated as 0"),
    "cash_counted": Fault(Kind.DISTORTION, "the flag of online payment is evaluated as a payment"),
    "missing_deadline_on_time": Fault(Kind.DISTORTION, "a dossier without a deadline is evaluated as on time"),
    "re_dated": Fault(Kind.DISTORTION, "a deadline moved by an apology is accepted"),
    "re_keyed": Fault(Kind.DISTORTION, "a dossier that got another code is evaluated twice"),
    "province_scope": Fault(Kind.DISTORTION, "units are shown the province's duties for their own procedures alone"),
    "restated": Fault(Kind.DISTORTION, "some dossiers that were evaluated are evaluated no more"),
    "page_missing": Fault(Kind.DEFECT, "rows that the totals count are never served"),
    "third_unknown": Fault(Kind.DEFECT, "a third of the codes is unknown"),
    "shuffled_dates": Fault(Kind.DEFECT, "dates of a dossier stand in the wrong order"),
    "volume_halved": Fault(Kind.DEFECT, "half of the records, and of the totals, is gone"),
}


class Faults:
    """Which faults are on, and the calls counted for those that fire now and then."""

    def __init__(self) -> None:
        self.on: set[str] = set()
        self.retry_after = 1
        self._every: dict[str, int] = {}
        self._calls: dict[str, int] = {}
        self._broken: dict[Hashable, int] = {}  # how often in a row, by call

    def switch(self, name: str, *, on: bool, every: int | None = None) -> None:
        """Switch a fault; KeyError when there is none of that name.

        `every` overrides how often a transient fault fires; from 2 on, so that a repetition passes.
        """
        fault = FAULTS[name]
        self._calls.pop(name, None)
        self._every[name] = max(2, every or fault.every)
        if on:
            self.on.add(name)
        else:
            self.on.discard(name)

    def fires(self, name: str) -> bool:
        """Count a call; True when the transient fault `name` breaks it."""
        if name not in self.on:
            return False
        calls = self._calls[name] = self._calls.get(name, 0) + 1
        every = self._every[name]
        return calls % every == FAULTS[name].phase % every

    def interruption(self, names: tuple[str, ...], call: Hashable) -> str | None:
        """The one of these transient faults that breaks this call; none breaks it too often in a row.

        Faults count the calls of all callers, so one of several callers could else meet them all.
        """
        fault = next((name for name in names if self.fires(name)), None)
        broken = self._broken.pop(call, 0)
        if fault is None or broken == MOST_IN_A_ROW:
            return None
        self._broken[call] = broken + 1
        return fault

    @property
    def distortions(self) -> frozenset[str]:
        """The distortions that are on."""
        return frozenset(name for name in self.on if FAULTS[name].kind is Kind.DISTORTION)

    def are_any_on(self, kind: Kind) -> bool:
        """True when a fault of that kind is on."""
        return any(FAULTS[name].kind is kind for name in self.on)

"""The one failure of sealing: what is wrong, and what a person has to do."""

from __future__ import annotations

from dvc766.failures import NeedsAPerson


class SealRefused(NeedsAPerson):
    """The bundle cannot be made or signed; nothing was published. The message names the file and the next step."""

"""The national portal's evaluation endpoints; to be filled by the simulator's own counts."""

from __future__ import annotations

from collections.abc import Callable

from portal_simulator.dossier_view import Row
from portal_simulator.simulation import Simulation


class EvaluationFace:
    """Evaluation replies over one simulation."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def endpoints(self) -> dict[str, Callable[[Row], Row]]:
        """Endpoint names under `reporting/evaluation` with their answers."""
        return {}

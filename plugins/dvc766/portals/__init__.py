"""The registry of portals, in the order in which they are read, and the way to open one."""

from __future__ import annotations

import gc
import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dvc766.portals.contract import Portal
from dvc766.portals.national_fields import NATIONAL
from dvc766.portals.provincial_fields import PROVINCIAL

if TYPE_CHECKING:
    from dvc766.portals.contract import KnownCodes
    from dvc766.portals.reading import PortalReader
    from dvc766.settings import PortalSettings

PORTALS: tuple[Portal, ...] = (NATIONAL, PROVINCIAL)
# Values of decoded pages alive at once. They hold no cycles: looking for some among them, which Python
# does from 700 new ones on, is a fifth of the cost of a reading.
ALIVE_AT_ONCE = 50_000
# Seconds after which the thread that reads records lets the one that asks for more go on. Python's own 5 ms
# are longer than a near portal takes to answer: the asking would wait for the reading at every piece of a reply.
TURN = 0.0005


def connected(connections: Mapping[str, PortalSettings]) -> tuple[Portal, ...]:
    """The portals that have a connection, each with what is to be read there.

    A host that needs an access of its own is left out without it. So is, until the provincial portal is connected,
    the catalogue of procedures: thousands of calls for what only counts beside dossiers.
    """
    left_out = frozenset() if PROVINCIAL.code in connections else NATIONAL.beside_dossiers
    return tuple(
        portal.only(
            {
                resource.name
                for host, resources in portal.hosts.items()
                if host not in portal.needs or portal.needs[host] in connections[portal.code].options
                for resource in resources
            }
            - left_out
        )
        for portal in PORTALS
        if portal.code in connections
    )


def reader_fingerprint() -> str:
    """A hash of the code that reads records: with another one, what could not be read may be readable."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(f"{file.name}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def open_portal(portal: Portal, settings: PortalSettings, known_codes: KnownCodes) -> PortalReader:
    """A reader of the portal, at the hosts and with the manners of its connection; calls nothing yet.

    `known_codes` comes from `codes.read_known_codes`. Raises SettingsError when the connection lacks
    a host that the portal needs.
    """
    gc.set_threshold(ALIVE_AT_ONCE)
    sys.setswitchinterval(TURN)
    from dvc766.portals.national import NationalReader  # here, so that a DAG's parse loads no HTTP
    from dvc766.portals.provincial import ProvincialReader

    readers: dict[str, type[NationalReader] | type[ProvincialReader]] = {
        NATIONAL.code: NationalReader,
        PROVINCIAL.code: ProvincialReader,
    }
    return readers[portal.code](portal, settings, known_codes)

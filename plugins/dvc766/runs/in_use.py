"""The portals an installation lives by: those that are connected, and those that were ever read.

An office may begin with the public national portal alone, and connect the others later. What was read once
and is connected no more is not forgotten: builds, the freeze and the alarm go on asking for it, and say that its
connection is missing, so that an installation never falls back to the national portal without a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Engine, select

from dvc766.portals import PORTALS, connected
from dvc766.portals.contract import Portal
from dvc766.settings import Settings, portal_variable
from dvc766.warehouse import oversight
from dvc766.warehouse.oversight import Source
from dvc766.warehouse.tables import CURSORS

ReadTo = Mapping[tuple[str, str], datetime]
"""How far each resource that was ever read has been read whole, by portal and resource."""


def read_to_of(settings: Settings, engine: Engine) -> ReadTo:
    """The cursors of the connected provinces; of a portal that is connected no more, those of any."""
    columns = CURSORS.c
    wanted = select(columns.portal, columns.resource, columns.cursor_at, columns.province_code)
    provinces = {code: connection.province_code for code, connection in settings.portals.items()}
    with engine.connect() as connection:
        return {
            (row.portal, row.resource): row.cursor_at
            for row in connection.execute(wanted)
            if provinces.get(row.portal, row.province_code) == row.province_code
        }


def note_sources(settings: Settings, engine: Engine) -> None:
    """Keep in ops.sources what is connected, so that what was never read yet is missed as well."""
    oversight.note_sources(
        engine,
        [
            Source(
                settings.portal(portal.code).province_code,
                portal.code,
                resource.name,
                portal.name_vi,
                resource.name_vi,
            )
            for portal in connected(settings.portals)
            for resource in portal.resources
        ],
    )


def portals_in_use(settings: Settings, ever_read: Iterable[tuple[str, str]]) -> tuple[Portal, ...]:
    """The portals with those of their resources that are connected or were ever read."""
    used = set(ever_read) | {
        (portal.code, resource.name) for portal in connected(settings.portals) for resource in portal.resources
    }
    narrowed = [portal.only({resource for code, resource in used if code == portal.code}) for portal in PORTALS]
    return tuple(portal for portal in narrowed if portal.hosts)


def lost_connections(settings: Settings, ever_read: Iterable[tuple[str, str]]) -> list[str]:
    """What was read once and is not connected any more, each in a sentence that names the variable."""
    reached = {portal.code: portal for portal in connected(settings.portals)}
    lost = []
    for portal in portals_in_use(settings, ever_read):
        variable = portal_variable(portal.code)
        if portal.code not in reached:
            lost.append(f"{portal.name_vi}: đã từng được đọc nhưng nay không còn kết nối; đặt lại {variable}")
            continue
        lost += [
            f"{portal.name_vi}, máy chủ {host}: đã từng được đọc nhưng nay không còn kết nối;"
            f" đặt lại {portal.needs[host]} trong {variable}"
            for host in portal.hosts
            if host not in reached[portal.code].hosts
        ]
    return lost

"""Office files that say nothing of when they were made: the same parts give the same bytes."""

from __future__ import annotations

import zipfile
from io import BytesIO

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_FIRST = "[Content_Types].xml"  # readers look for it first


def with_fixed_dates(package: bytes) -> bytes:
    """The same package, its parts in the order of their names and without the time of making."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as found, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in sorted(found.namelist(), key=lambda name: (name != _FIRST, name)):
            info = zipfile.ZipInfo(name, ZIP_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(info, found.read(name))
    return made.getvalue()

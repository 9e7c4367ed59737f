"""The weekly note: one page on the running month for each edition, kept by the day of its data.

editions/2025-08/running/internal/thong-tin-nhanh-2025-08-11.pdf
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from dvc766 import transform
from dvc766.clock import LOCAL_ZONE, business_now
from dvc766.reporting import products, source
from dvc766.reporting.editions import Edition
from dvc766.runs.editions import terms_of
from dvc766.runs.life import engine_of_role
from dvc766.sealing.folders import one_writer
from dvc766.settings import Settings

PRODUCT = "weekly-note"
FOLDER = "running"  # beside r1, r2, … of the same month once it is frozen

_LOG = logging.getLogger(__name__)


def write_weekly_note(settings: Settings) -> Sequence[Path]:
    """Write the note of the month that is running, of what readers see now; returns the files, one for each edition.

    A second call with the same data writes the same bytes. Raises NoOpenMonth when the month was not built yet.
    """
    month = business_now(settings.clock_url).astimezone(LOCAL_ZONE).date().replace(day=1)
    with engine_of_role(settings, "bi_reader") as engine:
        reference_files = transform.reference_files(settings.dbt_project)
        publication = source.read_running(engine, month, terms_of(settings, month), reference_files=reference_files)
    day = publication.head.data_as_of or publication.head.frozen_at
    written = []
    with one_writer(settings.editions):
        for edition in Edition:
            folder = settings.editions / f"{month:%Y-%m}" / FOLDER / edition.value
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in products.make(publication, edition, [PRODUCT]).items():
                path = folder / f"{Path(name).stem}-{day:%Y-%m-%d}{Path(name).suffix}"
                aside = path.with_name(f".{path.name}")
                aside.write_bytes(content)
                written.append(aside.replace(path))
                _LOG.info("Đã lập thông tin nhanh tháng %s: %s.", f"{month:%m/%Y}", path)
    return written

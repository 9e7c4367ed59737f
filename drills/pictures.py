"""`./run drill pictures EDITION`: the pictures of docs/what-people-read.md, made anew of an edition's folder.

The start page and an agency's page of its site by Chromium, the report and the agency's sheet by poppler, the first
four slides by LibreOffice (Debian: chromium, poppler-utils, libreoffice-impress). Few colours, so that each is light.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

from drills.browser import browser
from dvc766.failures import NeedsAPerson
from local_stack.installation import say
from local_stack.paths import ROOT

MOST_BYTES = 200_000
COLOURS = 64
GAP = 6  # grey pixels between pages
DOTS, DOTS_OF_SLIDES = 75, 45  # an inch


class ToolMissing(NeedsAPerson):
    """A program that draws pages is not here."""


def main(arguments: list[str]) -> int:
    """1 when a picture weighs more than a page should load."""
    options = argparse.ArgumentParser(prog="./run drill pictures", description=__doc__)
    options.add_argument("edition", type=Path, help="the folder of an internal edition")
    options.add_argument("--agency", default="H44.07", help="whose page and sheet are shown")
    options.add_argument("--into", type=Path, default=ROOT / "docs" / "pictures")
    chosen = options.parse_args(arguments)
    edition = chosen.edition
    with browser() as tab:
        screens = {}
        pages = (("site-start", "index.html", 1100, 1500), ("site-agency", f"don-vi/{chosen.agency}.html", 1000, 1700))
        for name, page, width, height in pages:
            tab.open(edition / "site" / page, width, height=height)
            tab.run("document.documentElement.style.overflow = 'hidden'")  # no bar at the side
            screens[name] = _read(tab.picture(whole=False))
    papers = [edition / "bao-cao.pdf", edition / "phieu-co-quan" / f"{chosen.agency}.pdf"]
    shown = screens | {
        "report-and-sheet": _side_by_side([_pages(paper, 1, DOTS)[0] for paper in papers], in_a_row=2),
        "slides": _side_by_side(_slides(edition / "trinh-chieu.pptx"), in_a_row=2),
    }
    weights = {name: _keep(picture, chosen.into / f"{name}.png") for name, picture in shown.items()}
    return 1 if max(weights.values()) > MOST_BYTES else 0


def _slides(deck: Path) -> Sequence[Image.Image]:
    with tempfile.TemporaryDirectory(prefix="dvc766-slides-") as folder:
        _call("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(deck))
        return _pages(Path(folder) / f"{deck.stem}.pdf", 4, DOTS_OF_SLIDES)


def _pages(paper: Path, most: int, dots: int) -> Sequence[Image.Image]:
    with tempfile.TemporaryDirectory(prefix="dvc766-pages-") as folder:
        _call("pdftoppm", "-png", "-l", str(most), "-r", str(dots), str(paper), f"{folder}/page")
        return [_read(page.read_bytes()) for page in sorted(Path(folder).glob("*.png"))]


def _call(program: str, *arguments: str) -> None:
    if shutil.which(program) is None:
        raise ToolMissing(f"There is no {program} here.\nNext: apt-get install poppler-utils libreoffice-impress.")
    subprocess.run([program, *arguments], check=True, capture_output=True)


def _read(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def _side_by_side(pages: Sequence[Image.Image], in_a_row: int) -> Image.Image:
    """Pages of one size in rows."""
    width, height = pages[0].size
    rows = -(-len(pages) // in_a_row)
    sheet = Image.new("RGB", (in_a_row * (width + GAP) - GAP, rows * (height + GAP) - GAP), "grey")
    for place, page in enumerate(pages):
        sheet.paste(page, (place % in_a_row * (width + GAP), place // in_a_row * (height + GAP)))
    return sheet


def _keep(picture: Image.Image, place: Path) -> int:
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(place, optimize=True)
    weight = place.stat().st_size
    say(f"{place.name}: {picture.width} x {picture.height} pixels, {weight / 1000:.0f} kB")
    return weight

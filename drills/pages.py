"""`./run drill pages SITE...`: a real browser reads the pages of published sites, and axe-core judges each of them.

For every page: no violation of WCAG 2.2 A and AA, nothing wider than a screen of 320 pixels, every table whole on
screens of 390 and more, no address asked for but the site's own files. For one page of each kind besides: the
tabulator alone reaches every link, and pictures at three widths and in print are kept when a folder for them is named.
Needs Chromium (Debian: chromium) and npm (for axe-core, into .local/axe); nothing of them is needed to run the system.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from drills.browser import Browser, browser
from dvc766.failures import NeedsAPerson
from local_stack.installation import say
from local_stack.paths import local

AXE = "axe-core@4.14.1"
NARROW, WIDTHS = 320, (390, 768, 1440)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_JUDGE = "axe.run(document, {runOnly: %s, resultTypes: ['violations']}).then(found => found.violations.map("
_TOLD = "one => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(' | ')}`))"
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_CUT = "[...document.querySelectorAll('.wide')].filter(one => one.scrollWidth > one.clientWidth).length"
_STOPS = "[...document.querySelectorAll('a[href], [tabindex=\"0\"]')].filter(one => one.getClientRects().length).length"
_MARK = "(document.activeElement !== document.body) && !(document.activeElement.dataset.seen) && "
_SEEN = _MARK + "!!(document.activeElement.dataset.seen = 'yes')"


class AxeMissing(NeedsAPerson):
    """axe-core cannot be installed here."""


def main(arguments: list[str]) -> int:
    """1 when a page is not as it must be."""
    options = argparse.ArgumentParser(prog="./run drill pages", description=__doc__)
    options.add_argument("sites", nargs="+", type=Path, metavar="SITE", help="folders with an index.html")
    options.add_argument("--pictures", type=Path, help="a folder for pictures of one page of each kind")
    options.add_argument("--of-a-kind", type=int, default=5, help="pages of each kind that are read; 0 = all")
    chosen = options.parse_args(arguments)
    axe = _axe().read_text(encoding="utf-8")
    complaints, read = [], 0
    with browser() as tab:
        for place, site in enumerate(chosen.sites, 1):
            for kind, pages in _kinds(site).items():
                shown = pages[: chosen.of_a_kind] if chosen.of_a_kind else pages
                say(f"{site}: {len(shown)} of {len(pages)} pages of the kind {kind}")
                read += len(shown)
                for number, page in enumerate(shown):
                    found = [*_judge(tab, page, axe, site), *(_unreached(tab) if number == 0 else ())]
                    complaints += [f"{page}: {one}" for one in found]
                if chosen.pictures:
                    _pictures(tab, shown[0], chosen.pictures, f"{place}-{kind}")
    for one in complaints:
        print(one)
    print(f"{read} pages, {len(complaints)} complaints")
    return 1 if complaints else 0


def _kinds(site: Path) -> dict[str, Sequence[Path]]:
    """The pages of a site by what they are: one of a kind at the top, many in the folders."""
    kinds: dict[str, list[Path]] = {}
    for page in sorted(site.rglob("*.html")):
        inner = page.relative_to(site)
        deep = len(inner.parts)
        kind = inner.stem if deep == 1 or inner.stem == "index" else inner.parts[0] + "-chi-tiet" * (deep - 2)
        kinds.setdefault(kind if deep == 1 else f"{inner.parts[0]}-{kind}", []).append(page)
    if not kinds:
        raise NeedsAPerson(f"{site} has no pages.\nNext: name the folder that holds index.html.")
    return {kind: sorted(pages, key=lambda page: -page.stat().st_size) for kind, pages in kinds.items()}


def _judge(tab: Browser, page: Path, axe: str, site: Path) -> Iterator[str]:
    tab.asked.clear()
    for width in (NARROW, *WIDTHS):
        tab.open(page, width)
        if width == NARROW and (over := tab.run(_TOO_WIDE)) > 0:
            yield f"{over} pixels wider than a screen of {NARROW}"
        if width != NARROW and (cut := tab.run(_CUT)):
            yield f"{cut} tables are wider than a screen of {width}"
        if width in (NARROW, WIDTHS[-1]):
            tab.run(axe)
            yield from (f"at {width}: {one}" for one in tab.run(_JUDGE % TAGS + _TOLD))
    home = site.resolve().as_uri()
    yield from (f"asks for {url}" for url in sorted(set(tab.asked)) if not url.startswith(home))


def _unreached(tab: Browser) -> Iterator[str]:
    """What the tabulator does not reach on the page that is open."""
    stops = tab.run(_STOPS)
    reached = 0
    for _ in range(stops + 2):
        tab.press_tab()
        reached += bool(tab.run(_SEEN))
    if reached < stops:
        yield f"the tabulator reaches {reached} of {stops} links and regions"


def _pictures(tab: Browser, page: Path, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        tab.open(page, width)
        (folder / f"{name}-{width}.png").write_bytes(tab.picture())
    (folder / f"{name}.pdf").write_bytes(tab.printed())


def _axe() -> Path:
    folder = local("axe")
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        if shutil.which("npm") is None:
            raise AxeMissing("There is no npm here.\nNext: apt-get install npm, then try again.")
        say(f"installing {AXE} into {folder}")
        command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", AXE]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AxeMissing(
                f"npm did not install {AXE}:\n{done.stderr[-500:]}\nNext: check the network or the registry."
            )
    return script

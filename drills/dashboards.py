"""`./run drill dashboards`: a browser opens every dashboard as every account, and what it shows is what the marts say.

For each dashboard and each account that may see it: no answer of 400 or more, no English word of Superset's own, every
filter reaches the charts that it should and no other, each chart's rows equal a plain statement over the warehouse, and
the first row of each table stands in the page as it should be written. Who may not see it, and who has not signed in,
gets nothing; SQL of a reader's own is answered for the marts alone. Pictures are kept in .local/dashboards. Needs
Chromium; works on the warehouse used last.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import requests

from bi.dashboards import Dashboard
from drills import dashboard_figures as figures
from drills.browser import Answer, Browser, browser
from local_stack import bi, secret_store
from local_stack.bi import ACCOUNTS, Superset, superset
from local_stack.installation import say
from local_stack.paths import local

PORT = 8766 + 88
WIDTH, HEIGHT = 1500, 4200  # tall: a chart off the screen is not drawn
ENGLISH = re.compile(
    r"\b(Apply|Clear all|Filters?|Search|Loading|No results?|No data|entries|Dashboards?|Settings|records|rows?|Show|"
    r"currently|Published|Home|Logout|Login|Sign in)\b",
)
# What a reader chooses, one after the other, in the page; the first is what the page begins with.
CHOICES: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "ranking": ({"peers": "Cấp xã"}, {"month": "06/2025", "peers": "Cấp huyện"}),
    "agency": ({"agency": "Sở Xây dựng"}, {"peers": "Cấp xã"}),
    "procedures": ({"agency": "Sở Nội vụ"}, {"month": "06/2025", "peers": "Cấp huyện"}),
    "control_room": ({"portal": "Cổng Dịch vụ công quốc gia"},),
}
BEYOND = (
    "(select count(*) from ops.runs)",
    "query_to_xml('select * from ops.runs', true, false, '')::text",
    "query_to_xml('select * from raw.provincial_portal__dossiers', true, false, '')::text",
    "pg_read_file('/etc/passwd')",
)  # metrics
CLICKED = "2.1"  # in the score card
_MIDDLE = "(it => it && [it.x + it.width / 3, it.y + it.height / 2])(%s?.getBoundingClientRect())"


@dataclass
class Seen:
    """What one account saw of one dashboard."""

    dashboard: Dashboard
    account: str
    complaints: list[str] = field(default_factory=list)
    rows: int = 0
    charts: int = 0

    def say(self, what: str) -> None:
        """Something that does not hold."""
        self.complaints.append(f"{self.dashboard.slug} as {self.account}: {what}")


def main(arguments: list[str]) -> int:
    """1 when a dashboard does not show what it must, or shows it to somebody who may not see it."""
    options = argparse.ArgumentParser(prog="./run drill dashboards", description=__doc__)
    options.add_argument("--only", nargs="+", metavar="SLUG", help="these dashboards alone")
    options.add_argument("--running", metavar="URL", help="a Superset that ./run bi has put up already")
    options.add_argument("--pictures", type=Path, default=local("dashboards", "x").parent)
    chosen = options.parse_args(arguments)
    chosen.pictures.mkdir(parents=True, exist_ok=True)
    with superset(PORT, running_at=chosen.running) as running, browser() as tab:
        shown = [one for one in bi.shown() if not chosen.only or one.slug in chosen.only]
        complaints = [*_as_nobody(running, shown)]
        rows = charts = 0
        for reader, account in ACCOUNTS.items():
            _sign_in(tab, running, reader)
            complaints += _beyond(tab, account) if reader == "viewer" else ()
            for dashboard in shown:
                if reader != "admin" and reader not in dashboard.readers:
                    complaints += _refused(tab, running, dashboard, account)
                    continue
                say(f"{dashboard.slug} as {account}")
                seen = _look(tab, running, dashboard, account, chosen.pictures)
                complaints, rows, charts = complaints + seen.complaints, rows + seen.rows, charts + seen.charts
    for one in complaints:
        print(one)
    print(
        f"{len(shown)} dashboards, {len(ACCOUNTS)} accounts: {charts} charts with {rows:,} rows compared,"
        f" {len(complaints)} complaints; pictures in {chosen.pictures}"
    )
    return 1 if complaints or not charts else 0


def _as_nobody(running: Superset, shown: list[Dashboard]) -> Iterator[str]:
    """What is given to somebody who has not signed in."""
    pages = [running.page(one.slug) for one in shown]
    lists = [f"{running.url}/api/v1/{kind}/" for kind in ("dashboard", "chart", "dataset", "database", "query")]
    pages += [
        f"{running.url}/{path}" for path in ("superset/welcome/", "sqllab/", "explore/?slice_id=1", "users/list/")
    ]
    for url in [*pages, *lists]:
        answer = requests.get(url, timeout=30, allow_redirects=False)
        given = (
            answer.json().get("count") if answer.headers.get("content-type", "").startswith("application/json") else 0
        )
        if (answer.status_code == 200 and given) or (answer.status_code == 200 and url in pages):
            yield f"{url} answers 200 to nobody"
    query = {"datasource": {"id": 1, "type": "table"}, "queries": [{"columns": ["period_label"], "metrics": []}]}
    asked = requests.post(f"{running.url}/api/v1/chart/data", json=query, timeout=30, allow_redirects=False)
    if asked.status_code == 200:
        yield "chart/data answers 200 to nobody"


def _sign_in(tab: Browser, running: Superset, reader: str) -> None:
    tab.forget()
    tab.open(f"{running.url}/login/", WIDTH)
    tab.until("!!document.querySelector('input[type=password]')")
    tab.until_quiet()
    words = {"input:not([type=hidden]):not([type=password])": ACCOUNTS[reader]}
    words |= {"input[type=password]": secret_store.load()[f"bi_{reader}"]}
    for selector, text in words.items():
        tab.run(f"document.querySelector('{selector}').focus()")
        tab.type(text)
    tab.run("document.querySelector('button[type=submit]').click()")
    tab.until("!location.pathname.startsWith('/login')")
    tab.until_quiet()


def _refused(tab: Browser, running: Superset, dashboard: Dashboard, account: str) -> Iterator[str]:
    """Complaints when somebody sees anything of a dashboard that is not meant for them."""
    tab.answers.clear()
    tab.open(running.page(dashboard.slug), WIDTH, height=HEIGHT)
    tab.until_quiet()
    if any("/api/v1/chart/data" in one.url and one.status == 200 for one in tab.answers):
        yield f"{dashboard.slug} gives figures to {account}"


def _beyond(tab: Browser, account: str) -> Iterator[str]:
    """Complaints when a reader gets beyond the marts by SQL of his own, which Superset lets him send."""
    listed = tab.run("fetch('/api/v1/dataset/?q=(page_size:100)').then(said => said.json()).then(said => said.result)")
    mart = next(one["id"] for one in listed if one["table_name"] == "data_status")
    for sql in BEYOND:
        metric = {"expressionType": "SQL", "sqlExpression": sql, "label": "x"}
        asked = {"datasource": {"id": mart, "type": "table"}, "force": True, "queries": [{"metrics": [metric]}]}
        status = tab.run(
            "(async () => { const token = (await (await fetch('/api/v1/security/csrf_token/')).json()).result;"
            "const headers = {'Content-Type': 'application/json', 'X-CSRFToken': token};"
            f"const body = {json.dumps(json.dumps(asked))};"
            "return (await fetch('/api/v1/chart/data', {method: 'POST', headers, body})).status })()"
        )
        if status == 200:
            yield f"{account} gets an answer to {sql}"


def _look(tab: Browser, running: Superset, dashboard: Dashboard, account: str, pictures: Path) -> Seen:
    """Open a dashboard, choose what CHOICES says, and compare all that it shows each time."""
    seen = Seen(dashboard, account)
    tab.answers.clear()
    begin = time.monotonic()
    tab.open(running.page(dashboard.slug), WIDTH, height=HEIGHT)
    tab.until_quiet(3)
    say(f"  open after {time.monotonic() - begin - 3:.1f} s")
    _compare(tab, running, seen, None)
    (pictures / f"{account}-{dashboard.slug}.png").write_bytes(tab.picture(whole=False))
    chooses = account == ACCOUNTS[dashboard.readers[0]]  # what a filter does hangs on no account
    for number, chosen in enumerate(CHOICES[dashboard.name] if chooses else (), 1):
        for name, value in chosen.items():
            _choose(tab, name, value)
        _press_apply(tab)
        tab.until_quiet(3)
        _compare(tab, running, seen, None)
        (pictures / f"{account}-{dashboard.slug}-{number}.png").write_bytes(tab.picture(whole=False))
    if "scorecard" in dashboard.charts and _click_on(tab, _number_of(tab, dashboard, "scorecard"), CLICKED):
        tab.until_quiet(3)
        _compare(tab, running, seen, CLICKED, only=dashboard.charts["scorecard"].drills_to)
    for one in tab.answers:
        if one.status >= 400:
            seen.say(f"{one.status} of {one.url}")
    words = sorted(set(ENGLISH.findall(tab.run("document.body.innerText"))))
    if words:
        seen.say(f"speaks English: {', '.join(words)}")
    return seen


def _compare(tab: Browser, running: Superset, seen: Seen, clicked: str | None, only: tuple[str, ...] = ()) -> None:
    """Every chart's rows beside those of its statement, under the filters that the page shows."""
    dashboard = seen.dashboard
    values = {name: _value_of(tab, name) for name in dashboard.filters}
    given = {"month": None, "peers": None, "agency": None, "portal": None, "indicator": clicked} | values
    newest = dict(_answered(tab, dashboard))
    for name in only or dashboard.charts:
        if name not in newest:
            seen.say(f"{name} asked for nothing")
            continue
        result = json.loads(tab.body(newest[name]))["result"][0]
        chart = dashboard.charts[name]
        wanted = _wanted(running, name, chart.dataset.database, given)
        _same_rows(seen, name, result, wanted)
        applied = {one["column"] for one in result["applied_filters"]}
        for one in dashboard.filters.values():
            reaches = name in dashboard.reached_by(one)
            if values[one.name] and reaches != (one.column in applied):
                seen.say(f"the filter {one.title} {'does not reach' if reaches else 'reaches'} {name}")
        if result.get("rejected_filters"):
            seen.say(f"{name} leaves out {result['rejected_filters']}")
        if chart.kind in ("table", "number") and wanted:
            _same_words(tab, seen, name, wanted[0])
        seen.charts, seen.rows = seen.charts + 1, seen.rows + len(wanted)


def _wanted(running: Superset, name: str, schema: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    role = {"marts": "bi_reader", "ops": "ops_reader"}[schema]
    with psycopg.connect(running.installation.url(role)) as reader:
        return reader.execute(figures.STATEMENTS[name].encode(), given).fetchall()


def _same_rows(seen: Seen, name: str, result: Mapping[str, Any], wanted: list[tuple[Any, ...]]) -> None:
    labels = figures.names(seen.dashboard.charts[name])
    instants = {column for column, kind in zip(result["colnames"], result["coltypes"], strict=True) if kind == 2}
    shown = [
        tuple(figures.plain(row[label], is_instant=label in instants) for label in labels) for row in result["data"]
    ]
    expected = [tuple(map(figures.plain, row)) for row in wanted]
    if sorted(map(repr, shown)) != sorted(map(repr, expected)):
        lost = [row for row in expected if row not in shown][:2]
        more = [row for row in shown if row not in expected][:2]
        seen.say(f"{name} shows {len(shown)} rows, not {len(expected)}: without {lost}, but with {more}")


def _same_words(tab: Browser, seen: Seen, name: str, row: tuple[Any, ...]) -> None:
    """The first row of a table, or the figure of a number, as it stands in the page."""
    chart = seen.dashboard.charts[name]
    number = _number_of(tab, seen.dashboard, name)
    cells = ".header-line" if chart.kind == "number" else "tbody tr:first-child td"
    texts = tab.run(
        f"[...document.querySelectorAll('[data-test-chart-id=\"{number}\"] {cells}')].map(one => one.innerText)"
    )
    shown = [" ".join(text.split()) for text in texts]
    hidden = [at for at, column in enumerate(chart.says.get("columns", ())) if column in figures.MOVING]
    shown = [text for at, text in enumerate(shown) if at not in hidden]
    if shown and shown != (wanted := figures.written(chart, row)):
        seen.say(f"{name} reads {shown}, not {wanted}")
    elif not shown:
        seen.say(f"{name} shows no row")


def _answered(tab: Browser, dashboard: Dashboard) -> Iterator[tuple[str, Answer]]:
    """The newest answer for each chart, by the chart's name."""
    by_number = {_number_of(tab, dashboard, name): name for name in dashboard.charts}
    for one in tab.answers:
        said = parse_qs(urlsplit(one.url).query).get("form_data")
        if "/api/v1/chart/data" in one.url and said and one.status == 200:
            number = str(json.loads(said[0]).get("slice_id"))
            if number in by_number:
                yield by_number[number], one


def _number_of(tab: Browser, dashboard: Dashboard, name: str) -> str:
    """Superset's own number of a chart; each title is there once."""
    title = json.dumps(dashboard.charts[name].title)
    found = tab.run(f"window.numbers?.[{title}] ?? null")
    if found is None:
        charts = f"/api/v1/dashboard/{dashboard.slug}/charts"
        tab.run(
            f"fetch('{charts}').then(answer => answer.json()).then(said => {{"
            " window.numbers = Object.fromEntries(said.result.map(one => [one.slice_name, String(one.id)])) })"
        )
        found = tab.run(f"window.numbers[{title}]")
    return str(found)


def _value_of(tab: Browser, name: str) -> str | None:
    """What a filter shows as chosen."""
    value = tab.run(f"document.querySelector('{_box(name)} .ant-select-selection-item')?.innerText ?? null")
    return str(value) if value else None


def _choose(tab: Browser, name: str, value: str) -> None:
    """Choose a value in a filter as a reader does: click, type, take the one that says so."""
    tab.click(*tab.run(_MIDDLE % f"document.querySelector('{_box(name)}')"))
    tab.until_quiet(1)
    tab.type(value)
    options = ".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option"
    option = f"[...document.querySelectorAll('{options}')].find(one => one.innerText.trim() == {json.dumps(value)})"
    tab.until(f"!!({option})", 20)
    tab.run(f"({option}).click()")
    tab.until_quiet(1)


def _box(name: str) -> str:
    return f'.ant-select[data-test="NATIVE_FILTER-{name}"]'


def _press_apply(tab: Browser) -> None:
    button = "document.querySelector('[data-test=\"filter-bar__apply-button\"]')"
    tab.until(f"{button} && !{button}.disabled", 20)
    tab.run(f"{button}.click()")


def _click_on(tab: Browser, number: str, text: str) -> bool:
    """Click on the cell of a chart's table that says exactly this."""
    cells = f"[...document.querySelectorAll('[data-test-chart-id=\"{number}\"] td')]"
    place = tab.run(_MIDDLE % f"{cells}.find(one => one.innerText.trim() == '{text}')")
    if place is None:
        return False
    tab.click(*place)
    return True

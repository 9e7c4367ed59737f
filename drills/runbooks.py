"""`./run drill runbooks`: each trouble is made, and its runbook followed to the healthy end that the page promises.

A small province under the real scheduler. What a page tells a person to type is read from the page and typed as it
stands there, with its placeholders filled; what it tells to click is asked of Airflow over REST. Every query of every
page runs as the role that the page names, by the address that its own command prints. Backups are
`./run drill restore`'s matter, `docker compose` that of a server.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg

from drills.demo_copy import plant_late_data
from drills.desk import FIRST_DAY, Desk
from drills.night import Night, quiet, take_into_use
from drills.runbook_pages import queries
from drills.stage import DrillFailed, stage
from dvc766.clock import LOCAL_ZONE
from local_stack.demo import BUILD, FRESHNESS, INGEST, RANK
from local_stack.installation import say
from local_stack.paths import PLUGINS, PUBLIC_KEY, ROOT

KNOWN_FROM = datetime(2025, 5, 1, tzinfo=LOCAL_ZONE)  # what the installation reads first
LIFE = ["--life", "1", "--scale", "0.05", "--first", f"{KNOWN_FROM:%Y-%m-%d}"]
MONTH = "2025-05"
CODES = Path("dbt_project", "seeds", "portal_codes.csv")
NATIONAL, PROVINCIAL = INGEST
_MAY = f"where period_month = '{MONTH}-01'"


def last_night(desk: Desk) -> str:
    """dem-qua: a night is whole"""
    night = desk.next_night()
    night.clock("00:30")
    desk.follow("dem-qua", "status", statuses=(1,))
    night.begin()
    night.end()
    told = desk.follow("dem-qua", "status")
    return f"before the readings 1, after the build 0: {told.splitlines()[0]}"


def unknown_code(desk: Desk) -> str:
    """ma-la: the portal sends a code that nobody knows"""
    with desk.stage.fault("unknown_status"):
        quiet(desk.next_night())
        page = "ma-la"
        desk.follow(page, "quarantine list")
        listed = desk.follow("lo-bi-chan", "quarantine list --records").split()
        number = {"SỐ": listed[0]}
        desk.require("mã lạ", desk.follow(page, "quarantine explain", number))
        who = {"Cổng đã sửa, ngày cập nhật không đổi": "Diễn tập", "Họ tên, chức vụ": "Tổ vận hành (diễn tập)"}
        desk.follow(page, "quarantine release", number | who)
        with _kept(ROOT / CODES):  # the row goes through review and comes back with a release
            desk.follow(page, "quarantine map", number)
            shutil.copy(ROOT / CODES, desk.stage.release / CODES)
        quiet(desk.next_night())
        told = desk.follow(page, "quarantine explain", number)
        desk.require("Đã giải quyết", told)
        desk.require("bản ghi đã có trong kho", told)
        desk.require("Không có bản ghi nào", desk.follow(page, "quarantine list"))
    return f"row {number['SỐ']} explained, mapped, read again: in raw; nothing is left in the list"


def blocked(desk: Desk) -> str:
    """lo-bi-chan: a batch is stopped at the door, and taken for a reason"""
    page, night = "lo-bi-chan", desk.next_night()
    with desk.stage.fault("page_missing"):
        night.begin()
        night.readings_end()
    night.clock("06:00")
    desk.stage.ended(BUILD, night.name)
    runs = [str(row["run_id"]) for row in desk.stage.rows("select distinct run_id from ops.waiting_batches order by 1")]
    before = desk.follow(page, "status", statuses=(1,))
    for run in runs:
        desk.require(f"lượt {run}", before)
        desk.follow(page, "quarantine release --run", {"SỐ": run, "Họ tên, chức vụ": "Tổ trưởng (diễn tập)"})
    desk.click(BUILD)
    after = desk.follow(page, "status", statuses=(0, 1))
    if not runs or any(f"lượt {run}" in after for run in runs):
        raise DrillFailed(f"The batches of {runs} should have waited, and wait no more:\n{after}")
    return f"{len(runs)} batches told by status, released, built; status tells none any more"


def closed(desk: Desk) -> str:
    """cong-khong-tra-loi: a portal is closed all night, and opens in the morning"""
    night = desk.next_night()
    with desk.stage.fault("provincial_closed"):
        night.begin()
        night.end()
        missing = desk.follow("dem-qua", "status", statuses=(1,))
        if not night.is_alarm():
            raise DrillFailed("The check of 07:00 did not ring.")
    night.clock("09:00")
    desk.click(PROVINCIAL)
    desk.click(BUILD)
    desk.click(FRESHNESS)
    desk.follow("dem-qua", "status")
    return f"told by status ({missing.splitlines()[0]}) and at 07:00; read and built by hand: status 0, freshness green"


def nothing_ran(desk: Desk) -> str:
    """lich-khong-chay, kenh-bao-tin: nothing ran last night; the message cannot be sent, then can"""
    night = desk.next_night()
    night.clock("08:30")
    page, channels = "lich-khong-chay", "kenh-bao-tin"
    dead = {
        "DVC766_ALERT_MAIL_URL": "smtp://127.0.0.1:9",
        "DVC766_ALERT_MAIL_FROM": "he-thong@example.org",
        "DVC766_ALERT_MAIL_TO": "truc@example.org",
    }
    desk.require("không gửi được tới máy chủ thư", desk.follow(channels, "watch", statuses=(2,), environment=dead))
    with _webhook() as (url, received):
        hook = {"DVC766_ALERT_WEBHOOK_URL": url}
        told = desk.follow(channels, "watch", statuses=(1,), environment=hook)
        desk.require("chưa có lượt đọc nào bắt đầu", told)
        for dag_id in INGEST:
            desk.click(dag_id)
        desk.click(BUILD)
        desk.require("đều đúng hạn", desk.follow(page, "watch", environment=hook))
        desk.require("đều đúng hạn", desk.follow(page, "-m dvc766.alerts.deadman", environment=desk.server()))
    if len(received) < 2 or "ĐÃ XONG" not in received[-1]:
        raise DrillFailed(f"The webhook got {len(received)} messages: {received}")
    return "watch 2 over a dead mail server, 1 and a message over a webhook; made up by hand: 0, a message ĐÃ XONG"


def again(desk: Desk) -> str:
    """chay-lai-mot-thang: a month is ranked again, days are read again, everything is read"""
    desk.click(RANK, {"period": MONTH})
    desk.click(NATIONAL, {"window_from": f"{desk.today}T00:00:00"})
    desk.click(PROVINCIAL, {"sweep": True})
    wrong = desk.stage.rows(
        "select batch_id from ops.ledger where fetched <> new + changed + unchanged + duplicate + stale + quarantined"
    )
    if wrong:
        raise DrillFailed(f"Batches that do not add up: {wrong}")
    return "all green; every row of ops.ledger adds up"


def calendar(desk: Desk) -> str:
    """lich-nghi-va-quy-dinh: a day off is added; then a wrong one"""
    file = desk.stage.release / "dbt_project/seeds/calendar_days.csv"
    text = file.read_text(encoding="utf-8")
    newest = text.rstrip("\n").splitlines()[-1].split(",", 1)
    added = text + ",".join(["2027-12-31", newest[1]]) + "\n"
    file.write_text(added, encoding="utf-8")
    desk.click(BUILD)
    with _kept(file):
        file.write_text(added + ",".join(["31/12/2027", newest[1]]) + "\n", encoding="utf-8")
        run_id = desk.click(BUILD, state="failed")
    [stopped] = [task for task in desk.stage.api.tasks(BUILD, run_id) if task["state"] == "failed"]
    log = desk.stage.api.log(BUILD, run_id, stopped["task_id"])
    lines = len(added.splitlines()) + 1
    for words in ("calendar_days.csv", f"dòng {lines}", "31/12/2027"):
        desk.require(words, log)
    desk.click(BUILD)
    return f"built with the new day; the wrong one: the run stopped and named line {lines} of the file"


def month(desk: Desk) -> str:
    """chot-thang, duyet-cong-bo, kiem-tra-goi-cong-bo, phat-hanh: a month goes out without Airflow"""
    desk.clock(date(2025, 6, 17), "09:00")
    [some] = desk.stage.rows(f"select min(agency_code) as agency from marts.agency_rankings_monthly {_MAY}")
    period = {
        "YYYY-MM": MONTH,
        "2025-07": MONTH,
        "H44.03": some["agency"],
        "Họ tên": "Người duyệt (diễn tập)",
        "X": "Diễn tập: dữ liệu mô phỏng",
    }
    bundle = desk.follow("duyet-cong-bo", "publish", period).splitlines()[-1]
    desk.follow("duyet-cong-bo", "explain", period)
    again = desk.follow("chot-thang", "publish", period)
    folder = {"THƯ_MỤC_GÓI": bundle}
    desk.require("VALID", desk.follow("kiem-tra-goi-cong-bo", "verify", folder))
    with tempfile.TemporaryDirectory(prefix="dvc766-elsewhere-") as elsewhere:
        for file in (PUBLIC_KEY, PLUGINS / "dvc766" / "sealing" / "verifier.py"):
            shutil.copy(file, elsewhere)
        Path(elsewhere, PUBLIC_KEY.name).rename(Path(elsewhere, "public.pem"))
        desk.require("VALID", desk.follow("kiem-tra-goi-cong-bo", "verifier.py", folder, where=Path(elsewhere)))
    editions = desk.follow("phat-hanh", "report", period).splitlines()
    for edition in editions:
        desk.type(["sha256sum", "--check", "--quiet", "SHA256SUMS"], where=Path(edition))
    return f"frozen, approved, sealed, VALID here and elsewhere; {len(editions)} editions whole; again: {_end(again)}"


def correction(desk: Desk) -> str:
    """dinh-chinh: dossiers of the frozen month are gone; it is corrected by two people"""
    page, period = "dinh-chinh", {"YYYY-MM": MONTH, "2026-08": MONTH}
    plant_late_data(desk.stage.installation, date.fromisoformat(f"{MONTH}-01"))
    seen = desk.follow(page, "publish --period YYYY-MM", period, statuses=(1,))
    revisions = "select revision, reason_code, author, approver from published.revisions order by revision"
    if len(found := desk.stage.rows(revisions)) != 1:
        raise DrillFailed(f"Without a reason nothing may change: {found}")
    desk.follow(page, "publish --period 2026-08", period)
    found = desk.stage.rows(revisions)
    if len(found) != 2 or found[1]["author"] == found[1]["approver"]:
        raise DrillFailed(f"There should be a second revision by two people: {found}")
    return f"without a reason: told, unchanged ({_end(seen)}); with one: revision 2 by two people"


def database_down(desk: Desk) -> str:
    """kho-khong-tra-loi: PostgreSQL is down, and comes back"""
    own = desk.stage
    own.installation.cluster.stop()
    desk.follow("kho-khong-tra-loi", "watch", statuses=(2,))
    own.installation.cluster.start()
    own.until("Airflow is back", own.scheduler.is_healthy)
    told = desk.follow("kho-khong-tra-loi", "watch", statuses=(0, 1))
    for dag_id in (*INGEST, BUILD):
        desk.click(dag_id)
    return f"watch 2; started again: {_end(told)}, readings and a build are green"


def disk(desk: Desk) -> str:
    """dia-sap-day: the disk is looked at"""
    told = desk.block("dia-sap-day")
    desk.require("Mounted on", told)
    if "Đĩa sắp đầy" in desk.follow("dia-sap-day", "watch", statuses=(0, 1)):
        raise DrillFailed("The disk of this machine is nearly full; free some room, then the drill again.")
    return "sizes shown; watch says nothing of the disk"


def accounts(desk: Desk) -> str:
    """tai-khoan-kho-du-lieu: a person gets an account, and loses it"""
    page, own = "tai-khoan-kho-du-lieu", desk.stage.installation
    owner = desk.server() | {"DVC766_OWNER_URL": own.cluster.url(own.database)}
    password = desk.follow(page, "-m dvc766.warehouse.people add", environment=owner).split()[-1]
    login = own.cluster.url(own.database, "nguyen_van_a", password)
    with psycopg.connect(login) as connection:
        connection.execute("select count(*) from marts.rankings_latest")
    desk.require("nguyen_van_a", desk.follow(page, "-m dvc766.warehouse.people list", environment=owner))
    desk.follow(page, "-m dvc766.warehouse.people remove", environment=owner)
    try:
        psycopg.connect(login).close()
    except psycopg.OperationalError:
        return "added, read the marts, listed, removed, let in no more"
    raise DrillFailed("A login that was removed is let in.")


def asked(desk: Desk) -> str:
    """All pages: their queries"""
    rows = 0
    for query in queries():
        address = desk.type(["./run", "dsn", "--role", str(query.role)]).strip()
        with psycopg.connect(address) as connection:
            rows += len(connection.execute(query.sql.encode()).fetchall())
    number = len(list(queries()))
    return f"{number} queries, {rows} rows, each as the role that its page names"


STEPS: Sequence[Callable[[Desk], str]] = (
    *(last_night, unknown_code, blocked, closed, nothing_ran, again, calendar),
    *(month, correction, database_down, disk, accounts, asked),
)


def main(arguments: Sequence[str]) -> int:
    """Print a line for each trouble; 1 when a page did not lead to a healthy end."""
    options = argparse.ArgumentParser(prog="./run drill runbooks", description=__doc__)
    names = [play.__name__ for play in STEPS]
    options.add_argument("--only", nargs="+", choices=names, default=names, metavar="TROUBLE", help=", ".join(names))
    chosen = options.parse_args(arguments).only
    steps = [play for play in STEPS if play.__name__ in chosen]
    begin, failed = time.monotonic(), 0
    first = datetime.combine(FIRST_DAY, datetime.min.time(), LOCAL_ZONE)
    with stage([*LIFE, "--clock", first.isoformat()]) as own, Desk.over(own) as desk:
        take_into_use(Night(own, FIRST_DAY), KNOWN_FROM)
        for play in steps:
            what = (play.__doc__ or "").strip()
            say(f"... {what}")
            try:
                print(f"{what}: {play(desk)}", flush=True)
            except DrillFailed as error:
                failed += 1
                print(f"NOT HELD  {what}: {error}", flush=True)
    held = "Everything held." if not failed else f"{failed} NOT HELD."
    print(
        f"{len(steps)} troubles, {len(desk.typed)} commands typed of {len({page for page, _ in desk.typed})} pages,"
        f" {desk.clicked} DAG runs started by hand; {time.monotonic() - begin:.0f} s. {held}"
    )
    return 1 if failed else 0


def _end(told: str) -> str:
    """The last line of what a command said."""
    return (told.strip().splitlines() or [""])[-1]


@contextmanager
def _kept(file: Path) -> Iterator[None]:
    """A file that is as before at the end."""
    before = file.read_bytes()
    try:
        yield
    finally:
        file.write_bytes(before)


@contextmanager
def _webhook() -> Iterator[tuple[str, list[str]]]:
    """An address that takes messages, and the messages."""
    received: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])).decode("unicode_escape", "replace"))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing on stderr."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", received
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

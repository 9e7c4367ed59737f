"""A headless Chromium by its own protocol: opens a page at a width, runs scripts, presses keys, takes pictures."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from dvc766.failures import NeedsAPerson

_LISTENS = re.compile(r"DevTools listening on (ws://\S+)")
_MOST_SECONDS = 60
_LARGEST_ANSWER = 64 << 20
_LOOK_EVERY = 0.2  # seconds


class BrowserMissing(NeedsAPerson):
    """There is no Chromium on this machine."""


class NothingCame(RuntimeError):
    """The page did not come to what was waited for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered to one of the page's own requests."""

    url: str
    status: int
    request: str  # the browser's id of it
    sent: str  # the body of what was asked


class Browser:
    """One tab. Every address that it asks for is kept in `asked`, what came back over HTTP in `answers`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0
        self._session: str | None = None
        self._loaded = False
        self.asked: list[str] = []
        self.answers: list[Answer] = []
        self._sent: dict[str, str] = {}
        self._open: set[str] = set()
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self._call(f"{domain}.enable")

    def open(self, page: Path | str, width: int, *, height: int = 900) -> None:
        """Show a page, of the disk or of a server, as a screen of this width does."""
        self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self._loaded = False
        self._call("Page.navigate", url=page if isinstance(page, str) else page.resolve().as_uri())
        while not self._loaded:
            self._receive()

    def until(self, script: str, seconds: float = _MOST_SECONDS) -> None:
        """Wait until a script in the page gives a true value. NothingCame when it never does."""
        limit = time.monotonic() + seconds
        while not self.run(script):
            if time.monotonic() > limit:
                raise NothingCame(f"{seconds:.0f} s in vain: {script}")
            time.sleep(_LOOK_EVERY)

    def until_quiet(self, seconds: float = 1.5) -> None:
        """Wait until the page has asked and waited for nothing for so long. NothingCame when it goes on."""
        limit, quiet_since = time.monotonic() + _MOST_SECONDS, time.monotonic()
        while time.monotonic() - quiet_since < seconds:
            before = len(self.asked)
            self.run("1")  # takes in what has come meanwhile
            if len(self.asked) > before or self._open:
                quiet_since = time.monotonic()
            if time.monotonic() > limit:
                raise NothingCame(f"the page still waits for {len(self._open)} answers")
            time.sleep(_LOOK_EVERY)

    def until_answer(self, end: str, seconds: float = _MOST_SECONDS) -> Answer:
        """The first answer to something that the page sent to an address with this end. NothingCame without one."""
        limit = time.monotonic() + seconds
        while not (found := [one for one in self.answers if one.url.endswith(end) and one.sent]):
            if time.monotonic() > limit:
                raise NothingCame(f"{seconds:.0f} s in vain: nothing was sent to …{end}, or nothing was answered")
            self.run("1")  # takes in what has come meanwhile
            time.sleep(_LOOK_EVERY)
        return found[0]

    def body(self, answer: Answer) -> str:
        """The text of an answer."""
        return str(self._call("Network.getResponseBody", requestId=answer.request)["body"])

    def type(self, text: str) -> None:
        """Write into what has the focus."""
        self._call("Input.insertText", text=text)

    def click(self, x: float, y: float) -> None:
        """A click of the left button."""
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def forget(self) -> None:
        """Sign out of everything: no cookie stays."""
        self._call("Network.clearBrowserCookies")

    def run(self, script: str) -> Any:
        """The value of a script in the page; it may be a promise."""
        done = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            raise RuntimeError(done["exceptionDetails"]["exception"].get("description", "the script failed"))
        return done["result"].get("value")

    def press_tab(self) -> None:
        """One press of the tabulator."""
        for kind in ("rawKeyDown", "keyUp"):
            self._call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)

    def picture(self, *, whole: bool = True) -> bytes:
        """The whole page as PNG, or what the screen shows: some pages draw themselves anew when they are stretched."""
        taken = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(taken["data"])

    def printed(self) -> bytes:
        """The page as it is printed, PDF."""
        return base64.b64decode(self._call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"])

    def _call(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def _receive(self) -> Any:
        answer = json.loads(self._socket.recv(timeout=_MOST_SECONDS))
        told = answer.get("params", {})
        if answer.get("method") == "Network.requestWillBeSent":
            self.asked.append(told["request"]["url"])
            self._sent[told["requestId"]] = told["request"].get("postData", "")
            self._open.add(told["requestId"])
        elif answer.get("method") == "Network.responseReceived":
            came, request = told["response"], told["requestId"]
            self.answers.append(Answer(came["url"], came["status"], request, self._sent.get(request, "")))
        elif answer.get("method") in ("Network.loadingFinished", "Network.loadingFailed"):
            self._open.discard(told["requestId"])
        elif answer.get("method") == "Page.loadEventFired":
            self._loaded = True
        return answer


@contextmanager
def browser(language: str = "vi-VN") -> Iterator[Browser]:
    """A Chromium of its own, ended afterwards."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise BrowserMissing("There is no Chromium here.\nNext: apt-get install chromium, then try again.")
    with tempfile.TemporaryDirectory(prefix="dvc766-browser-", ignore_cleanup_errors=True) as profile:
        command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"]
        command.append(f"--lang={language}")
        running = subprocess.Popen(
            [*command, f"--user-data-dir={profile}", "about:blank"], stderr=subprocess.PIPE, text=True
        )
        try:
            with connect(_address(running), max_size=_LARGEST_ANSWER) as socket:
                yield Browser(socket)
        finally:
            running.terminate()
            running.wait(timeout=_MOST_SECONDS)


def _address(running: subprocess.Popen[str]) -> str:
    said = ""
    for line in running.stderr or ():
        said += line
        if found := _LISTENS.search(line):
            return found[1]
    raise BrowserMissing(f"Chromium did not start:\n{said[-500:]}")

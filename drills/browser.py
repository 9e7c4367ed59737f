"""A headless Chromium by its own protocol: opens a page at a width, runs scripts, presses keys, takes pictures."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from dvc766.failures import NeedsAPerson

_LISTENS = re.compile(r"DevTools listening on (ws://\S+)")
_MOST_SECONDS = 60
_LARGEST_ANSWER = 64 << 20


class BrowserMissing(NeedsAPerson):
    """There is no Chromium on this machine."""


class Browser:
    """One tab. Every address that it asks for is kept in `asked`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0
        self._session: str | None = None
        self._loaded = False
        self.asked: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self._call(f"{domain}.enable")

    def open(self, page: Path, width: int, *, height: int = 900) -> None:
        """Show a page as a screen of this width does."""
        self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self._loaded = False
        self._call("Page.navigate", url=page.resolve().as_uri())
        while not self._loaded:
            self._receive()

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

    def picture(self) -> bytes:
        """The whole page as PNG."""
        taken = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
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
        if answer.get("method") == "Network.requestWillBeSent":
            self.asked.append(answer["params"]["request"]["url"])
        elif answer.get("method") == "Page.loadEventFired":
            self._loaded = True
        return answer


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium of its own, ended afterwards."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise BrowserMissing("There is no Chromium here.\nNext: apt-get install chromium, then try again.")
    with tempfile.TemporaryDirectory(prefix="dvc766-browser-", ignore_cleanup_errors=True) as profile:
        command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"]
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

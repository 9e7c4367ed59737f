"""A portal's publishing interface: it takes an edition whole or not at all, and shows what it keeps.

Paths and manifest are an assumption: no portal of the province documents such an interface. Each place below
/publishing is one that readers see; editions that are not public are refused.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import orjson
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_simulator.faces.replies import SYNTHETIC, Handler, body_of, reply
from portal_simulator.faces.tokens import Tokens
from portal_simulator.views.simulation import Simulation

MOST_FILES = 20_000
LARGEST_FILE = 1 << 28
LISTED = "SHA256SUMS"
_PERIOD = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_NAME = re.compile(r"[^/\\\x00-\x1f]+")

Kept = dict[str, bytes]


class PublishingFace:
    """Endpoints under /publishing; what is kept is gone with the process."""

    def __init__(self, simulation: Simulation) -> None:
        self._faults = simulation.faults
        self._tokens = Tokens(simulation.faults)
        self._revisions: dict[tuple[str, str], Kept] = {}  # by place and prefix
        self._pointers: dict[str, bytes] = {}

    def routes(self) -> list[Route]:
        """A token; an edition sent and read; the pointer moved and read."""
        place = "/publishing/{place}"
        return [
            Route("/publishing/token", self._tokens.issue, methods=["POST"]),
            self._writing(f"{place}/editions", self._keep, "POST"),
            self._writing(f"{place}/latest.json", self._point, "PUT"),
            Route(f"{place}/latest.json", self._latest),
            Route(f"{place}/{{path:path}}", self._file),
        ]

    def _writing(self, path: str, handler: Handler, method: str) -> Route:
        return Route(path, self._tokens.guarded(handler), methods=[method])

    async def _keep(self, request: Request) -> Response:
        """Keep an edition: 201 when it is new, 200 when it is kept already, 409 when other files are, 422 else."""
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES, max_part_size=LARGEST_FILE) as form:
            parts = {name: await part.read() for name, part in form.multi_items() if isinstance(part, UploadFile)}
        manifest = _manifest(parts.pop("manifest", b""))
        if self._faults.fires("upload_cut") and parts:
            parts.popitem()
        prefix = f"{manifest['period']}/r{manifest['revision']}/{manifest['edition']}"
        files = _checked(manifest["files"], parts)
        key = (request.path_params["place"], prefix)
        known = self._revisions.get(key)
        if known is not None and known != files:
            raise HTTPException(409, f"{prefix} is kept with other files")
        self._revisions[key] = files
        if self._faults.fires("error_after_storing"):
            raise HTTPException(500, "internal error")
        return reply({"path": prefix, "files": len(files)}, 201 if known is None else 200)

    async def _point(self, request: Request) -> Response:
        """Let readers follow a pointer; 409 unless everything it names is kept."""
        place, content = request.path_params["place"], await body_of(request)
        for month in content.get("months", {}).values():
            kept = self._revisions.get((place, str(month.get("path"))))
            if kept is None or _sha256(kept.get(LISTED, b"")) != month.get("sha256"):
                raise HTTPException(409, f"{month.get('path')} is not kept as the pointer says")
        self._pointers[place] = await request.body()
        return reply({"months": sorted(content.get("months", {}))})

    async def _latest(self, request: Request) -> Response:
        pointer = self._pointers.get(request.path_params["place"])
        return _content(pointer, "application/json")

    async def _file(self, request: Request) -> Response:
        period, _, rest = request.path_params["path"].partition("/")
        revision, _, rest = rest.partition("/")
        edition, _, name = rest.partition("/")
        kept = self._revisions.get((request.path_params["place"], f"{period}/{revision}/{edition}"), {})
        return _content(kept.get(name), "application/octet-stream")


def _manifest(text: bytes) -> dict[str, Any]:
    """The manifest of an upload; 400 when it is none, 403 for an edition that is not public."""
    try:
        content = orjson.loads(text)
        is_sound = (
            _PERIOD.fullmatch(content["period"])
            and type(content["revision"]) is int
            and content["revision"] > 0
            and all(isinstance(file["path"], str) and isinstance(file["sha256"], str) for file in content["files"])
        )
        edition = content["edition"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise HTTPException(400, "the manifest cannot be read") from error
    if not is_sound:
        raise HTTPException(400, "the manifest names no month, no revision or no files")
    if edition != "public":
        raise HTTPException(403, f"edition {edition!r} is not for this portal")
    return dict(content)


def _checked(listed: list[dict[str, Any]], parts: dict[str, bytes]) -> Kept:
    """The files by path; 422 when one is missing, too many, of another hash, or of a path that leads elsewhere."""
    wanted = {str(at): file for at, file in enumerate(listed)}
    paths = [file["path"] for file in listed]
    missing = [file["path"] for at, file in wanted.items() if at not in parts]
    other = [
        file["path"]
        for at, file in wanted.items()
        if at in parts and (_sha256(parts[at]), len(parts[at])) != (file["sha256"], file.get("bytes"))
    ]
    astray = [
        path for path in paths if any(not _NAME.fullmatch(name) or name in (".", "..") for name in path.split("/"))
    ]
    if missing or other or astray or set(parts) - set(wanted) or len(set(paths)) < len(paths) or LISTED not in paths:
        raise HTTPException(422, f"missing {missing[:3]}, of another hash {other[:3]}, astray {astray[:3]}")
    return {file["path"]: parts[at] for at, file in wanted.items()}


def _content(content: bytes | None, kind: str) -> Response:
    if content is None:
        raise HTTPException(404, "not kept here")
    return Response(content, headers=SYNTHETIC, media_type=kind)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

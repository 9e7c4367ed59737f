"""`./run verify`: is a published bundle whole, genuine and the newest? Without a database, without a network."""

from __future__ import annotations

from pathlib import Path

from dvc766 import sealing
from local_stack.arguments import parser
from local_stack.paths import PUBLIC_KEY


def verify(arguments: list[str]) -> int:
    """Print the verdict first, then why and what to do, then the verdict alone; 0 for VALID, else 1."""
    options = parser("verify")
    options.add_argument("directory", type=Path, metavar="DIR", help="the bundle: .../<YYYY-MM>/r<revision>")
    options.add_argument("witness", type=Path, nargs="?", metavar="OTHER_DIR", help="a bundle that was kept elsewhere")
    options.add_argument("--key", type=Path, default=PUBLIC_KEY, metavar="FILE", help="the public key (PEM)")
    asked = options.parse_args(arguments)
    verdict = sealing.verify(asked.directory, asked.key, asked.witness)
    print(verdict.text())
    return 0 if verdict.is_valid else 1

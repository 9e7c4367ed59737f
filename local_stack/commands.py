"""The commands of `./run`. Standard library only: `run` reads this before anything is installed."""

from __future__ import annotations

COMMANDS = {
    "demo": "the real DAGs over four synthetic months, ending with the rankings   [--keep]",
    "test": "the whole suite: lint, types, unit, DAG policy, database, end to end   [pytest arguments]",
    "lint": "the part of it that runs no code: style, types, SQL, boundaries, the compose schema",
    "golden": "records made to fit published figures, scored end to end   --figures FILE --period YYYY-MM",
    "up": "Airflow, warehouse and simulator, until Ctrl-C or ./run down   [--no-simulator] [--national-only]",
    "down": "ends what up or demo --keep left running",
    "publish": "makes an ended month final, or corrects a final one   --period YYYY-MM [--reason CODE ...]",
    "report": "what people read of a frozen month   --period YYYY-MM [--revision N] [--edition public|internal]",
    "explain": "why an agency has these points   --agency CODE --indicator CODE --period YYYY-MM [--revision N]",
    "verify": "is a published bundle whole, genuine and the newest?   DIR [OTHER_DIR] [--key FILE]",
    "dsn": "the libpq URL of the warehouse   [--role bi_reader] [--golden]",
    "bi": "dashboards over the rankings, in Superset, until Ctrl-C or ./run down   [--port N]",
    "bench": "the benchmark on the real path   [its own arguments]",
    "drill": (
        "the long drills   approvals | captures | dashboards | explained | first-load | fortnight | pages | readers"
        " | remade | swaps"
    ),
}

LATER: tuple[str, ...] = ()
"""Commands of later work: answered honestly, not listed."""


def listing() -> str:
    """What `./run` alone prints."""
    width = max(map(len, COMMANDS))
    return "\n".join(
        [
            "Usage: ./run COMMAND [ARGUMENTS]",
            "",
            *(f"  {name:<{width}}  {meaning}" for name, meaning in COMMANDS.items()),
            "",
            "The first call installs everything into .venv (Python 3.11 to 3.13; a few minutes, about 600 MB).",
        ]
    )

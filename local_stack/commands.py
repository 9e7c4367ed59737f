"""The commands of `./run`. Standard library only: `run` reads this before anything is installed."""

from __future__ import annotations

COMMANDS = {
    "demo": "the real DAGs over four synthetic months, ending with the rankings   [--keep]",
    "test": "the whole suite: lint, types, unit, DAG policy, database, end to end   [pytest arguments]",
    "lint": "the part of it that runs no code: style, types, SQL, boundaries, the compose schema",
    "golden": "records made to fit published figures, scored end to end   --figures FILE --period YYYY-MM",
    "up": "for trials: Airflow, warehouse and simulator, until Ctrl-C   [--no-simulator] [--national-only]",
    "down": "ends what up or demo --keep left running",
    "check": "whether every connection can be used, and what is wrong   [--env FILE]",
    "publish": "makes an ended month final, or corrects a final one   --period YYYY-MM [--reason CODE ...]",
    "report": "what people read of a frozen month   --period YYYY-MM [--revision N] [--edition public|internal]",
    "explain": "why an agency has these points   --agency CODE --indicator CODE --period YYYY-MM [--revision N]",
    "status": "is last night complete, and what waits for somebody?   status 1 when it is not",
    "quarantine": "records that were turned away   list [--records] | explain N | map N ... | release N ...",
    "verify": "is a published bundle whole, genuine and the newest?   DIR [OTHER_DIR] [--key FILE]",
    "watch": "is everything in time, and was it told?   status 0 in time, 1 late, 2 not to be asked; for cron",
    "dsn": "the libpq URL of the warehouse   [--role bi_reader] [--golden]",
    "backup": "a backup of the embedded server, its WAL archived from then on   [--kind full|diff] [--verify]",
    "restore": "the server of a chosen second, in a folder of its own   --into DIR [--to TIME]",
    "sbom": "the list of parts of this release, CycloneDX, made from the lock   [FILE]",
    "bi": "dashboards over the rankings, in Superset, until Ctrl-C or ./run down   [--port N]",
    "bench": "the benchmark on the real path   [its own arguments]",
    "drill": (
        "the long drills   approvals | captures | dashboards | explained | first-load | fortnight | pages | people"
        " | readers | remade | restore | swaps | upgrade"
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

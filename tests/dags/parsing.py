"""Parses a folder of DAGs with every way out closed, and prints what was found as one line of JSON.

Run as a program: what a parse imports can only be told in a process that has imported nothing else.
"""

from __future__ import annotations

import json
import logging
import socket
import sqlite3
import sys
from typing import Any, NoReturn

REACHED: list[str] = []


def _refuse(what: str) -> Any:
    def refused(*_: Any, **__: Any) -> NoReturn:
        REACHED.append(what)
        raise PermissionError(f"parsing a DAG reached for {what}")

    return refused


def main(folder: str) -> None:
    """Print import errors, DAGs with their serialized form, modules loaded, and ways out that were tried."""
    logging.disable(logging.CRITICAL)
    from airflow.dag_processing.dagbag import DagBag
    from airflow.serialization.serialized_objects import DagSerialization

    before = set(sys.modules)
    socket.socket.connect = _refuse("the network")  # type: ignore[method-assign]
    socket.getaddrinfo = _refuse("the network")
    sqlite3.connect = _refuse("a database")
    bag = DagBag(folder, bundle_name="dags")
    print(
        json.dumps(
            {
                "errors": bag.import_errors,
                "dags": {dag_id: DagSerialization.to_dict(dag)["dag"] for dag_id, dag in sorted(bag.dags.items())},
                "files": {dag_id: dag.fileloc for dag_id, dag in bag.dags.items()},
                "modules": sorted(set(sys.modules) - before),
                "all_modules": sorted({name.partition(".")[0] for name in sys.modules}),
                "reached": REACHED,
            },
            sort_keys=False,
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])

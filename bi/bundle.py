"""Everything that Superset imports, as the files of its own format of assets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from bi.dashboards import dashboards
from bi.datasets import ASSETS, datasets
from bi.identity import uuid_of


def databases() -> Mapping[str, Mapping[str, str]]:
    """The doors to the warehouse, by schema: what each is called, and its role in PostgreSQL."""
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load((ASSETS / "databases.yaml").read_text(encoding="utf-8"))
    return found


def bundle(urls: Mapping[str, str]) -> dict[str, str]:
    """The files by name. `urls`: of each door that can be opened; what reads another door is left out."""
    open_datasets = {name: one for name, one in datasets().items() if one.database in urls}
    files: dict[str, Any] = {
        "metadata.yaml": {"version": "1.0.0", "type": "assets", "timestamp": "2025-01-01T00:00:00Z"}
    }
    files |= {f"databases/{schema}.yaml": database(schema, url) for schema, url in urls.items()}
    files |= {f"datasets/{one.database}/{name}.yaml": one.exported() for name, one in open_datasets.items()}
    for dashboard in dashboards(datasets()):
        if all(chart.dataset.name in open_datasets for chart in dashboard.charts.values()):
            files[f"dashboards/{dashboard.name}.yaml"] = dashboard.exported()
            files |= {f"charts/{name}.yaml": chart.exported() for name, chart in dashboard.charts.items()}
    return {name: yaml.safe_dump(said, allow_unicode=True, sort_keys=False) for name, said in files.items()}


def database(schema: str, url: str) -> dict[str, Any]:
    """One door as Superset imports it; its password is in the address, which is never written to a file."""
    return {
        "database_name": databases()[schema]["name"],
        "sqlalchemy_uri": url,
        "uuid": uuid_of("database", schema),
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_file_upload": False,
        "cache_timeout": 0,
        "extra": {"engine_params": {"pool_pre_ping": True}, "allows_virtual_table_explore": True},
        "version": "1.0.0",
    }


def ids(files: Mapping[str, str], kind: str) -> Iterator[str]:
    """The ids of what the bundle holds of a kind."""
    for name, text in files.items():
        if name.startswith(f"{kind}/"):
            yield yaml.safe_load(text)["uuid"]

"""A table judged by its suite. Great Expectations is imported here, inside functions only: it costs seconds."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dvc766.failures import NeedsAPerson
from dvc766.quality.suites import Expectation, Severity, Suite, SuiteError

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

RUNBOOK = "docs/runbooks/lo-bi-chan.md"

# Counts only: no result may hold a value of a row. Of the one row of facts the verdict is enough, and half as dear.
_COUNTS_ALONE = {"result_format": "SUMMARY", "partial_unexpected_count": 0}
_VERDICT_ALONE = {"result_format": "BOOLEAN_ONLY"}
_COUNTS = ("element_count", "unexpected_count", "missing_count")
_NOISY = ("great_expectations", "great_expectations.data_context.types.base")  # the second sets its own level

Observed = Mapping[str, float | int | None]


@dataclass(frozen=True, slots=True)
class Check:
    """What one condition found."""

    table: str
    expectation: str
    severity: Severity
    passed: bool
    observed: Observed
    expected_vi: str
    notes_vi: str
    detail_vi: str = ""  # which codes or fields; never free text of a record
    batch_id: int | None = None  # the landed batch it is about; None at the door out

    @property
    def sentence_vi(self) -> str:
        """Table, condition, observed and expected, what it is about, and what to do, for people."""
        seen = ", ".join(f"{name} = {_plain(value)}" for name, value in self.observed.items())
        found = seen if self.expectation.partition(":")[0] in self.observed else f"{self.expectation} ({seen})"
        about = f" ({self.detail_vi})" if self.detail_vi else ""
        return f"{self.table} · {found}; yêu cầu {self.expected_vi}{about}. {self.notes_vi}"


@dataclass(frozen=True, slots=True)
class Audit:
    """The checks of a door."""

    checks: tuple[Check, ...] = field(default=())

    @property
    def blocking(self) -> tuple[Check, ...]:
        """Failed checks that stop what lies behind the door."""
        return tuple(check for check in self.checks if not check.passed and check.severity == "critical")

    @property
    def warnings(self) -> tuple[Check, ...]:
        """Failed checks that are reported, and stop nothing."""
        return tuple(check for check in self.checks if not check.passed and check.severity == "warning")

    @property
    def passed(self) -> bool:
        """True when nothing blocks."""
        return not self.blocking


class AuditBlocked(NeedsAPerson):
    """A door stays closed; the message says in Vietnamese what failed, by how much, and what to do."""

    def __init__(self, what_vi: str, audit: Audit) -> None:
        failed = "\n".join(f"- {check.sentence_vi}" for check in audit.blocking)
        super().__init__(
            f"{what_vi} bị chặn vì {len(audit.blocking)} điều kiện không đạt:\n{failed}\n"
            f"Dữ liệu cũ được giữ nguyên. Việc cần làm: xem {RUNBOOK}."
        )
        self.audit = audit

    def __reduce__(self) -> tuple[object, ...]:
        return (_again, (str(self), self.audit))


def _again(message: str, audit: Audit) -> AuditBlocked:
    blocked = AuditBlocked.__new__(AuditBlocked)
    Exception.__init__(blocked, message)
    blocked.audit = audit
    return blocked


class Judge:
    """Great Expectations on one database; starts it once for any number of tables."""

    def __init__(self, sqlalchemy_url: str) -> None:
        """`sqlalchemy_url`: with a TCP host, Great Expectations refuses sockets."""
        self._source = _open_source(sqlalchemy_url)

    def judge(
        self,
        suite: Suite,
        schema: str,
        facts: Mapping[str, Decimal | None],
        details_vi: Mapping[str, str] | None = None,
    ) -> tuple[Check, ...]:
        """The checks of `suite` on its table in `schema`, and on the row of `facts`.

        `details_vi` says for some facts, by name, what they are about.
        Raises SuiteError for an expectation that Great Expectations does not know or cannot run.
        """
        checks: list[Check] = []
        if suite.batch:
            unknown = sorted({item.kwargs.get("column", "") for item in suite.batch} - set(facts))
            if unknown:
                raise SuiteError(f"{suite.table}: no such fact: {', '.join(map(repr, unknown))}.")
            asset = self._source.add_query_asset(f"{suite.table}.batch", query=_as_query(facts))
            for item, result in self._run(suite.batch, asset, _VERDICT_ALONE):
                name = item.kwargs["column"]
                detail = (details_vi or {}).get(name, "")
                checks.append(_check(suite.table, item, result.success, {name: _json_number(facts[name])}, detail))
        if suite.rows:
            asset = self._source.add_table_asset(f"{suite.table}.rows", table_name=suite.table, schema_name=schema)
            for item, result in self._run(suite.rows, asset, _COUNTS_ALONE):
                counts = {name: result.result[name] for name in _COUNTS if name in result.result}
                checks.append(_check(suite.table, item, result.success, counts))
        return tuple(checks)

    def _run(
        self, items: Sequence[Expectation], asset: Any, result_format: Mapping[str, Any]
    ) -> Iterable[tuple[Expectation, Any]]:
        """Each condition with its result; the asset is forgotten, so that the same table can be judged again."""
        import great_expectations as gx

        name = asset.name
        suite = gx.ExpectationSuite(
            name=name,
            expectations=[
                {
                    "type": item.type,
                    "kwargs": dict(item.kwargs),
                    "severity": item.severity,
                    "meta": {"at": at},
                }
                for at, item in enumerate(items)
            ],
        )
        # An item it cannot read is dropped with nothing but a log line.
        known = {expectation.meta["at"] for expectation in suite.expectations if expectation.meta}
        lost = [items[at].name for at in range(len(items)) if at not in known]
        if lost:
            raise SuiteError(f"{name}: Great Expectations does not know or accept: {'; '.join(lost)}.")
        try:
            batch = asset.add_batch_definition_whole_table(name).get_batch()
            outcome = batch.validate(suite, result_format=dict(result_format))
        finally:
            self._source.delete_asset(name)
        results = {result.expectation_config.meta["at"]: result for result in outcome.results}
        if set(results) != set(range(len(items))):
            raise SuiteError(f"{name}: {len(items)} conditions, {len(results)} results.")
        for at, item in enumerate(items):
            if results[at].exception_info and _raised(results[at].exception_info):
                raise SuiteError(f"{name}: {item.name} could not be run; are its columns those of the table?")
            yield item, results[at]


def _open_source(url: str) -> SQLDatasource:
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    # What it would log, a dropped expectation above all, becomes an error here.
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    context.enable_analytics(enable=False)
    return context.data_sources.add_postgres("warehouse", connection_string=url)


def _raised(info: Mapping[str, Any]) -> bool:
    """Great Expectations gives one such mapping, or one for each metric."""
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(isinstance(part, Mapping) and _raised(part) for part in info.values())


def _as_query(facts: Mapping[str, Decimal | None]) -> str:
    columns = (f"{'null' if value is None else value}::numeric as {name}" for name, value in facts.items())
    return f"select {', '.join(columns)}"


def _check(table: str, item: Expectation, passed: bool | None, observed: Observed, detail_vi: str = "") -> Check:
    return Check(
        table=table,
        expectation=item.name,
        severity=item.severity,
        passed=passed is True,
        observed=observed,
        expected_vi=_expected_vi(item),
        notes_vi=item.notes_vi,
        detail_vi="" if passed else detail_vi,
    )


def _expected_vi(item: Expectation) -> str:
    least, most = item.kwargs.get("min_value"), item.kwargs.get("max_value")
    if least is not None and least == most:
        return f"đúng {_plain(least)}"
    if least is not None and most is not None:
        return f"từ {_plain(least)} đến {_plain(most)}"
    if least is not None:
        return f"ít nhất {_plain(least)}"
    if most is not None:
        return f"nhiều nhất {_plain(most)}"
    if item.type == "expect_column_values_to_not_be_null":
        return "phải có giá trị"
    rest = {name: value for name, value in item.kwargs.items() if name != "column"}
    return json.dumps(rest, ensure_ascii=False, default=str) if rest else item.type


def _json_number(value: Decimal | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _plain(value: float | int | None) -> str:
    return "không có" if value is None else format(value, "g") if isinstance(value, float) else str(value)

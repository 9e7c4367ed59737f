"""An error says by its class whether a further try may help."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
from datetime import timedelta

import pytest
from airflow.sdk import RetryAction

import dvc766
from dvc766 import airflow_bridge
from dvc766.airflow_bridge.cleaning import MetadataNotCleaned
from dvc766.airflow_bridge.parameters import ParameterRefused
from dvc766.alerts import NobodyTold
from dvc766.clock import ClockUnavailable
from dvc766.delivery import DeliveryFailed, DeliveryRefused
from dvc766.failures import NeedsAPerson
from dvc766.portals.errors import Cause, PortalRefused, PortalUnavailable
from dvc766.quality.audit import Audit, AuditBlocked
from dvc766.quality.suites import SuiteError
from dvc766.reference import ReferenceRefused, RuleUnusable
from dvc766.reporting.frozen_reference import ReferenceNotKept
from dvc766.reporting.products import NoSuchProduct
from dvc766.reporting.source import NoOpenMonth
from dvc766.runs import (
    ApprovalOverdue,
    CorrectionRefused,
    DataIsOld,
    MonthChanged,
    MonthIncomplete,
    MonthRefused,
    NotApproved,
    NothingRead,
    NothingSealed,
    NotReleasable,
    ReportTextRefused,
)
from dvc766.sealing import KeyUnusable, SealRefused
from dvc766.settings import SettingsError
from dvc766.transform import ChecksFailed, TransformFailed
from dvc766.warehouse.explanations import NoSuchScore
from dvc766.warehouse.marts import MartsRefused
from dvc766.warehouse.published import FreezeRefused
from dvc766.warehouse.quarantine import QuarantineRefused
from dvc766.warehouse.revision import SchemaUnknown
from dvc766.warehouse.sessions import RunRefused

HOPELESS = [
    AuditBlocked("Lô", Audit()),
    SuiteError("x"),
    SettingsError("x"),
    ReferenceRefused([]),
    RunRefused("x"),
    QuarantineRefused("x"),
    SchemaUnknown("x"),
    MartsRefused("x"),
    FreezeRefused("x"),
    NotReleasable("x"),
    NotApproved("x"),
    ApprovalOverdue("x"),
    NoSuchScore("x"),
    SealRefused("x"),
    KeyUnusable("x"),
    CorrectionRefused("x"),
    MonthChanged("x"),
    RuleUnusable("x"),
    NothingRead("x"),
    NothingSealed("x"),
    DeliveryRefused("x"),
    MonthIncomplete("x"),
    MonthRefused("x"),
    NoOpenMonth("x"),
    NoSuchProduct("x"),
    ReportTextRefused("x"),
    ReferenceNotKept("x"),
    ParameterRefused("x"),
    MetadataNotCleaned("x"),
    DataIsOld("x"),
    PortalRefused("national_portal", "GET /", Cause.CREDENTIALS),
    ChecksFailed("facts", ["rank_is_unique (fail)"], "dbt.log"),
]
HOPEFUL = [
    PortalUnavailable("national_portal", "GET /", Cause.TIMEOUT),
    ClockUnavailable("x"),
    DeliveryFailed("x"),
    NobodyTold("x"),
    TransformFailed("facts", ["fct_dossiers (error)"], "dbt.log"),
    ConnectionError("x"),
]


@pytest.mark.parametrize("error", HOPELESS, ids=lambda error: type(error).__name__)
def test_an_error_that_waits_for_a_person_is_not_tried_again(error: Exception) -> None:
    assert isinstance(error, NeedsAPerson)
    assert _decision(error) is RetryAction.FAIL


@pytest.mark.parametrize("error", HOPEFUL, ids=lambda error: type(error).__name__)
def test_an_error_that_may_pass_is_tried_again(error: Exception) -> None:
    assert not isinstance(error, NeedsAPerson)
    assert _decision(error) is not RetryAction.FAIL


@pytest.mark.parametrize("error", [*HOPELESS, *HOPEFUL], ids=lambda error: type(error).__name__)
def test_an_error_keeps_its_kind_and_words_between_processes(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # made two words before
    assert (type(again), str(again)) == (type(error), str(error))


def test_no_kind_of_waiting_for_a_person_is_left_out_above() -> None:
    for module in pkgutil.walk_packages(dvc766.__path__, "dvc766."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    kinds, unseen = {type(error) for error in HOPELESS}, [NeedsAPerson]
    while unseen:
        for kind in unseen.pop().__subclasses__():
            unseen.append(kind)
            # drills and the installation have refusals of their own, which no task of Airflow meets
            assert kind in kinds or not kind.__module__.startswith("dvc766."), kind


def _decision(error: Exception) -> RetryAction:
    policy = airflow_bridge.dag_settings(limit=timedelta(hours=1))["default_args"]["retry_policy"]
    return policy.evaluate(error, 1, 3).action

"""Connections to the warehouse: one engine for a role."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from dvc766.settings import WarehouseSettings


def engine_for(settings: WarehouseSettings, role: str) -> Engine:
    """An engine of a login role. Sessions keep local time, and end when they hang."""
    return engine_of(settings.url(role), f"dvc766:{role}")


def engine_of(libpq_url: str, application_name: str = "dvc766") -> Engine:
    """An engine for a libpq URL, with the sessions' settings that every role needs."""
    return create_engine(
        make_url(libpq_url).set(drivername="postgresql+psycopg"),
        pool_size=2,
        pool_pre_ping=True,
        connect_args={
            "application_name": application_name,
            "connect_timeout": 10,
            "keepalives_idle": 30,
            "tcp_user_timeout": 60_000,
            "options": (
                "-c timezone=Asia/Ho_Chi_Minh -c lock_timeout=60s -c idle_in_transaction_session_timeout=15min"
            ),
        },
    )

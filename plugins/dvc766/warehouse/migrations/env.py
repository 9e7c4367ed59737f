"""Alembic's environment: the caller hands over an open connection of the owner."""

from __future__ import annotations

from alembic import context

from dvc766.warehouse.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()

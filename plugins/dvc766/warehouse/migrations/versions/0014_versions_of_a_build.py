"""Which versions of the portals' records a build reads, and whether it wrote the layers between raw and marts.

Revision ID: 0014
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS = """
alter table ops.runs
    add column data_as_of timestamptz,
    add column versions jsonb,
    add column writing_at timestamptz,
    add column written_at timestamptz
"""

# Of models that are gone; dbt would leave them standing.
LEFT_OVER = (
    *(
        "intermediate.int_dossiers_to_refresh",
        "intermediate.int_dossiers_changed",
        "intermediate.int_dossiers_moved_on",
    ),
    *("intermediate.int_records_touched", "intermediate.int_months_to_refresh", "intermediate.int_dossiers_assembled"),
    *("intermediate.int_dossier_months_changed", "facts.fct_build_finished", "facts.fct_months_refreshed"),
    *("facts.fct_procedure_limits", "indicators.ind_months_built", "indicators.ind_months_scored"),
    *("indicators.ind_months_to_refresh", "indicators.ind_months_to_score"),
)


def upgrade() -> None:
    """What the layers hold now was made by models that are gone: the first build makes everything anew."""
    op.execute(COLUMNS)
    for name in LEFT_OVER:
        op.execute(f"drop table if exists {name} cascade")
    op.execute("grant update (data_as_of, versions, writing_at, written_at) on ops.runs to transformer")
    op.execute("drop table ops.build_steps")


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")

"""Landing and raw: one pair of tables for each resource of the portals.

Revision ID: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# table -> (key, the resource's columns)
RESOURCES: dict[str, tuple[tuple[str, ...], str]] = {
    "national_portal__departments": (
        ("department_id",),
        """
        department_id text not null,
        department_code text,
        name_vi text,
        level text,
        """,
    ),
    "national_portal__exchange_units": (
        ("unit_code",),
        """
        unit_code text not null,
        name_vi text,
        tier text,
        """,
    ),
    "national_portal__formalities": (
        ("formality_id",),
        """
        formality_id text not null,
        procedure_code text,
        name_vi text,
        state text,
        department_id text,
        publishing_department_ids jsonb,
        """,
    ),
    "national_portal__formality_details": (
        ("formality_id",),
        """
        formality_id text not null,
        procedure_code text,
        name_vi text,
        updated_at timestamptz,
        execution_methods jsonb,
        profile_components integer,
        results integer,
        legal_bases integer,
        """,
    ),
    "national_portal__department_services": (
        ("department_code", "procedure_code", "case_code"),
        """
        department_code text not null,
        procedure_code text not null,
        case_code text not null,
        implement_level text,
        is_testing boolean,
        target_types jsonb,
        """,
    ),
    "national_portal__procedures": (
        ("procedure_code",),
        """
        procedure_code text not null,
        name_vi text,
        state text,
        announcing_agency_code text,
        decision_id text,
        published_at timestamptz,
        legal_bases jsonb,
        steps integer,
        methods integer,
        components integer,
        subjects integer,
        agencies integer,
        time_limits integer,
        """,
    ),
    "national_portal__decisions": (
        ("decision_id",),
        """
        decision_id text not null,
        decision_number text,
        decided_on date,
        """,
    ),
    "national_portal__evaluations": (
        ("unit_code", "metric_code", "period_kind", "period_start"),
        """
        unit_code text not null,
        metric_code text not null,
        period_kind text not null,
        period_start date not null,
        numerator bigint,
        denominator bigint,
        points numeric,
        max_points numeric,
        data_quality_status text,
        """,
    ),
    "provincial_portal__agencies": (
        ("agency_id",),
        """
        agency_id text not null,
        agency_code text,
        name_vi text,
        """,
    ),
    "provincial_portal__dossiers": (
        ("source_id",),
        """
        source_id text not null,
        dossier_code text,
        updated_at timestamptz,
        status_id text,
        agency_code text,
        receiving_agency_code text,
        procedure_code text,
        field_code text,
        channel_id text,
        submitted_at timestamptz,
        received_at timestamptz,
        due_at timestamptz,
        completed_at timestamptz,
        delivered_at timestamptz,
        refused_at timestamptz,
        has_digitised_component boolean,
        is_vneid_verified boolean,
        paid_online_flag text,
        database_codes jsonb,
        supplements jsonb,
        redatings jsonb,
        components jsonb,
        results jsonb,
        fee_lines jsonb,
        """,
    ),
    "provincial_portal__payment_requests": (
        ("request_code",),
        """
        request_code text not null,
        updated_at timestamptz,
        dossier_code text,
        amount numeric,
        state text,
        method text,
        requested_at timestamptz,
        collected_at timestamptz,
        """,
    ),
    "provincial_portal__payment_transactions": (
        ("reference",),
        """
        reference text not null,
        updated_at timestamptz,
        dossier_code text,
        request_code text,
        amount numeric,
        state text,
        gateway text,
        started_at timestamptz,
        succeeded_at timestamptz,
        """,
    ),
    "provincial_portal__ratings": (
        ("rating_id",),
        """
        rating_id text not null,
        updated_at timestamptz,
        dossier_code text,
        verdict text,
        rated_at timestamptz,
        """,
    ),
    "provincial_portal__petitions": (
        ("petition_id",),
        """
        petition_id text not null,
        updated_at timestamptz,
        status_id text,
        agency_id text,
        class_code text,
        received_at timestamptz,
        due_at timestamptz,
        answered_at timestamptz,
        published_at timestamptz,
        likes bigint,
        dislikes bigint,
        repeat_of text,
        dossier_code text,
        """,
    ),
}


def upgrade() -> None:
    """Landing holds one batch; raw holds versions, found by key, by number and by when they were known."""
    for table, (key, columns) in RESOURCES.items():
        op.execute(
            f"create unlogged table landing.{table} (\n"
            f"    row_number bigint not null,{columns}content_hash bytea not null\n)"
        )
        op.execute(
            f"create table raw.{table} (\n"
            "    version_id bigint not null generated always as identity,\n"
            f"    province_code text not null,{columns}"
            "content_hash bytea not null,\n"
            "    known_from timestamptz not null,\n"
            "    run_id bigint not null,\n"
            "    is_deleted boolean not null,\n"
            f"    constraint {table}_pkey primary key (province_code, {', '.join(key)}, version_id)\n)"
        )
        op.execute(f"create index {table}_version_id_idx on raw.{table} (version_id)")
        op.execute(f"create index {table}_known_from_idx on raw.{table} (known_from)")
    op.execute(
        """
        create unlogged table landing.batches (
            portal text not null,
            resource text not null,
            run_id bigint not null,
            province_code text not null,
            window_from timestamptz,
            window_to timestamptz not null,
            is_sweep boolean not null,
            declared bigint,
            fetched bigint not null,
            rejected bigint not null,
            primary key (portal, resource)
        );
        grant update, delete on landing.batches to extractor;
        create unlogged table landing.rejections (
            portal text not null,
            resource text not null,
            source_id text,
            field text not null,
            reason text not null,
            code text,
            changed_at timestamptz
        );
        grant delete on landing.rejections to extractor;
        create index rejections_portal_resource_idx on landing.rejections (portal, resource);
        """
    )


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")

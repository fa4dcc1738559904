"""Registration by invitation, and what the services of platforms need."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "operator_visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("expires_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_visits")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_operator_visits_token_hash")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("created_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_invitations_institution_id_institutions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index(op.f("ix_invitations_institution_id"), "invitations", ["institution_id"])
    op.create_table(
        "service_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(length=30), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("failed_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platforms.id"],
            name=op.f("fk_service_failures_platform_id_platforms"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_failures")),
    )
    op.create_index("ix_service_failures_platform_id_failed_at", "service_failures", ["platform_id", "failed_at"])
    op.create_table(
        "service_tokens",
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.String(length=700), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("expires_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_service_tokens_platform_id_platforms"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("platform_id", "scopes", name=op.f("pk_service_tokens")),
    )
    op.create_table(
        "sightings",
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("seen_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_sightings_platform_id_platforms"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("platform_id", name=op.f("pk_sightings")),
    )
    op.add_column("platforms", sa.Column("product", sa.String(length=100), server_default="", nullable=False))
    op.add_column("platforms", sa.Column("version", sa.String(length=100), server_default="", nullable=False))
    op.add_column("platforms", sa.Column("scopes", sa.JSON(), server_default="[]", nullable=False))
    op.add_column(
        "platforms", sa.Column("configuration_url", sa.String(length=1000), server_default="", nullable=False)
    )
    op.add_column("tool_keys", sa.Column("signs_from", lrc.db.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("tool_keys", "signs_from")
    op.drop_column("platforms", "configuration_url")
    op.drop_column("platforms", "scopes")
    op.drop_column("platforms", "version")
    op.drop_column("platforms", "product")
    op.drop_table("sightings")
    op.drop_table("service_tokens")
    op.drop_table("service_failures")
    op.drop_table("invitations")
    op.drop_table("operator_visits")

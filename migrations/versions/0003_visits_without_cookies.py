"""Visits without cookies, and what a teacher picks."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "picks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("launch_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=300), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["launch_id"], ["launches.id"], name=op.f("fk_picks_launch_id_launches"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picks")),
        sa.UniqueConstraint("launch_id", "kind", "target", name=op.f("uq_picks_launch_id_kind_target")),
    )
    op.create_index(op.f("ix_picks_launch_id"), "picks", ["launch_id"])
    op.add_column("launches", sa.Column("bearer_hash", sa.String(length=64), nullable=True))
    op.add_column("launches", sa.Column("kept", sa.JSON(), server_default="{}", nullable=False))
    op.create_index("uq_launches_bearer_hash", "launches", ["bearer_hash"], unique=True)
    op.add_column("logins", sa.Column("storage_hash", sa.String(length=64), server_default="", nullable=False))
    op.add_column("logins", sa.Column("storage_target", sa.String(length=100), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("logins", "storage_target")
    op.drop_column("logins", "storage_hash")
    op.drop_index("uq_launches_bearer_hash", "launches")
    op.drop_column("launches", "kept")
    op.drop_column("launches", "bearer_hash")
    op.drop_table("picks")

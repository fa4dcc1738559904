"""Checks that stored bytes are still what was sent, and lighter versions of files."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_AT = lrc.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "fixity_checks",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("rendition_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("sound", "missing", "changed", "unreadable", name="outcome", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("found_bytes", sa.BigInteger(), nullable=True),
        sa.Column("found_sha256", sa.String(length=64), nullable=False),
        sa.Column("checked_at", _AT, nullable=False),
        sa.Column("damaged_at", _AT, nullable=True),
        sa.Column("told_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_fixity_checks_file_id_files"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rendition_id"],
            ["renditions.id"],
            name=op.f("fk_fixity_checks_rendition_id_renditions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_fixity_checks")),
    )
    op.create_index("ix_fixity_checks_file_id", "fixity_checks", ["file_id"])
    op.create_index("ix_fixity_checks_rendition_id", "fixity_checks", ["rendition_id"])
    op.create_index("ix_fixity_checks_outcome", "fixity_checks", ["outcome"])
    op.create_table(
        "fixity_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("sample", "full", "damaged", name="roundkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("began_at", _AT, nullable=False),
        sa.Column("moved_at", _AT, nullable=False),
        sa.Column("ended_at", _AT, nullable=True),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("damaged", sa.Integer(), nullable=False),
        sa.Column("mended", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fixity_rounds")),
    )
    op.create_index("ix_fixity_rounds_kind", "fixity_rounds", ["kind"])
    op.create_table(
        "lightenings",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "working", "done", "failed", name="lighteningstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=False),
        sa.Column("moved_at", _AT, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_lightenings_file_id_files"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_lightenings")),
    )
    op.create_index("ix_lightenings_state", "lightenings", ["state"])


def downgrade() -> None:
    op.drop_index("ix_lightenings_state", table_name="lightenings")
    op.drop_table("lightenings")
    op.drop_index("ix_fixity_rounds_kind", table_name="fixity_rounds")
    op.drop_table("fixity_rounds")
    for column in ("outcome", "rendition_id", "file_id"):
        op.drop_index(f"ix_fixity_checks_{column}", table_name="fixity_checks")
    op.drop_table("fixity_checks")

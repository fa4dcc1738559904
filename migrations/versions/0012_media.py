"""Uploads in parts, what stands beside a file, and what is known of recordings."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("storage_id", sa.String(length=500), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("part_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=True),
        sa.Column("began_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_uploads_person_id_people")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_uploads_resource_id_resources"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("key", name=op.f("uq_uploads_key")),
        sa.UniqueConstraint("token", name=op.f("uq_uploads_token")),
    )
    op.create_index("ix_uploads_person_id", "uploads", ["person_id"])
    op.create_index("ix_uploads_resource_id", "uploads", ["resource_id"])
    op.create_table(
        "renditions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("captions", name="renditionkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("made_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_renditions_file_id_files"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renditions")),
        sa.UniqueConstraint("key", name=op.f("uq_renditions_key")),
    )
    op.create_index("ix_renditions_file_id", "renditions", ["file_id"])
    op.add_column("files", sa.Column("duration_s", sa.Double(), server_default="0", nullable=False))
    op.add_column("files", sa.Column("is_recognised", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("files", sa.Column("offered", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("files", sa.Column("findings", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("pages", sa.Column("start_s", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("pages", "start_s")
    op.drop_column("files", "findings")
    op.drop_column("files", "offered")
    op.drop_column("files", "is_recognised")
    op.drop_column("files", "duration_s")
    op.drop_index("ix_renditions_file_id", table_name="renditions")
    op.drop_table("renditions")
    op.drop_index("ix_uploads_resource_id", table_name="uploads")
    op.drop_index("ix_uploads_person_id", table_name="uploads")
    op.drop_table("uploads")

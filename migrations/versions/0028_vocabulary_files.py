"""The files of vocabularies that wait for a worker."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vocabulary_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "use",
            sa.Enum("subjects", "types", "access", name="vocabularyuse", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("is_to_take", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "reading",
                "looked",
                "taken",
                "refused",
                name="vocabularyfilestate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.String(length=20), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("made_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("moved_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_vocabulary_files_author_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vocabulary_files")),
    )
    op.create_index("ix_vocabulary_files_state", "vocabulary_files", ["state"])


def downgrade() -> None:
    op.drop_index("ix_vocabulary_files_state", table_name="vocabulary_files")
    op.drop_table("vocabulary_files")

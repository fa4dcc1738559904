"""What else is said of materials, how descriptions changed, one by one and in bulk, and who has taken a review."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulk_edits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed", "applying", "applied", "undoing", "undone", name="bulkstate", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("made_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("moved_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_bulk_edits_author_id_people")),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_bulk_edits_institution_id_institutions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_edits")),
    )
    op.create_index("ix_bulk_edits_institution_id", "bulk_edits", ["institution_id"])
    op.create_index("ix_bulk_edits_state", "bulk_edits", ["state"])
    op.create_table(
        "bulk_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bulk_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("proposed", "written", "overtaken", "undone", name="changestate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["bulk_edits.id"], name=op.f("fk_bulk_changes_bulk_id_bulk_edits"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_bulk_changes_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_changes")),
    )
    op.create_index("ix_bulk_changes_bulk_id_state", "bulk_changes", ["bulk_id", "state"])
    op.create_index("ix_bulk_changes_resource_id", "bulk_changes", ["resource_id"])
    op.create_table(
        "edits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column(
            "way", sa.Enum("form", "table", "undo", name="editway", native_enum=False, length=20), nullable=False
        ),
        sa.Column("bulk_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_edits_author_id_people")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_edits_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["bulk_edits.id"], name=op.f("fk_edits_bulk_id_bulk_edits"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edits")),
    )
    op.create_index("ix_edits_resource_id", "edits", ["resource_id"])
    op.create_index("ix_edits_bulk_id", "edits", ["bulk_id"])
    op.create_table(
        "takings",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_takings_person_id_people")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_takings_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_takings")),
    )
    op.add_column("resources", sa.Column("profile", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("resources", "profile")
    op.drop_table("takings")
    op.drop_index("ix_edits_bulk_id", table_name="edits")
    op.drop_index("ix_edits_resource_id", table_name="edits")
    op.drop_table("edits")
    op.drop_index("ix_bulk_changes_resource_id", table_name="bulk_changes")
    op.drop_index("ix_bulk_changes_bulk_id_state", table_name="bulk_changes")
    op.drop_table("bulk_changes")
    op.drop_index("ix_bulk_edits_state", table_name="bulk_edits")
    op.drop_index("ix_bulk_edits_institution_id", table_name="bulk_edits")
    op.drop_table("bulk_edits")

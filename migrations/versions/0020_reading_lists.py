"""Reading lists of courses: sections, items, and who has read what."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reading_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("copied_from_id", sa.Integer(), nullable=True),
        sa.Column("made_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["context_id"], ["contexts.id"], name=op.f("fk_reading_lists_context_id_contexts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["copied_from_id"],
            ["reading_lists.id"],
            name=op.f("fk_reading_lists_copied_from_id_reading_lists"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_lists")),
        sa.UniqueConstraint("context_id", name=op.f("uq_reading_lists_context_id")),
        sa.UniqueConstraint("token", name=op.f("uq_reading_lists_token")),
    )
    op.create_table(
        "reading_sections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["reading_lists.id"],
            name=op.f("fk_reading_sections_list_id_reading_lists"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_sections")),
    )
    op.create_index("ix_reading_sections_list_id", "reading_sections", ["list_id"])
    op.create_table(
        "reading_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("reference", sa.JSON(), nullable=False),
        sa.Column(
            "weight",
            sa.Enum("essential", "optional", "further", name="weight", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["reading_sections.id"],
            name=op.f("fk_reading_items_section_id_reading_sections"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_reading_items_resource_id_resources"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["people.id"], name=op.f("fk_reading_items_added_by_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_items")),
    )
    op.create_index("ix_reading_items_resource_id", "reading_items", ["resource_id"])
    op.create_index("ix_reading_items_section_id", "reading_items", ["section_id"])
    op.create_table(
        "reading_marks",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("marked_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["reading_items.id"], name=op.f("fk_reading_marks_item_id_reading_items"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_reading_marks_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "person_id", name=op.f("pk_reading_marks")),
    )
    op.create_index("ix_reading_marks_person_id", "reading_marks", ["person_id"])


def downgrade() -> None:
    op.drop_index("ix_reading_marks_person_id", table_name="reading_marks")
    op.drop_table("reading_marks")
    op.drop_index("ix_reading_items_section_id", table_name="reading_items")
    op.drop_index("ix_reading_items_resource_id", table_name="reading_items")
    op.drop_table("reading_items")
    op.drop_index("ix_reading_sections_list_id", table_name="reading_sections")
    op.drop_table("reading_sections")
    op.drop_table("reading_lists")

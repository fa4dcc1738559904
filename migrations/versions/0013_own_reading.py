"""How people like to read, where they stopped, their lists, and what they asked for."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("share_token", sa.String(length=32), nullable=True),
        sa.Column("created_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_own_lists_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_lists")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_own_lists_person_id_name")),
        sa.UniqueConstraint("share_token", name=op.f("uq_own_lists_share_token")),
    )
    op.create_table(
        "reading_habits",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("keeps_history", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_reading_habits_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reading_habits")),
    )
    op.create_table(
        "own_list_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["own_lists.id"], name=op.f("fk_own_list_items_list_id_own_lists"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_own_list_items_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_list_items")),
        sa.UniqueConstraint("list_id", "resource_id", name=op.f("uq_own_list_items_list_id_resource_id")),
    )
    op.create_index("ix_own_list_items_resource_id", "own_list_items", ["resource_id"])
    op.create_table(
        "places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("offset", sa.Double(), nullable=False),
        sa.Column("file_key", sa.String(length=100), nullable=False),
        sa.Column("left_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_places_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_places_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("person_id", "resource_id", name=op.f("uq_places_person_id_resource_id")),
    )
    op.create_index("ix_places_resource_id", "places", ["resource_id"])
    op.create_table(
        "visited",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_visited_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_visited_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visited")),
        sa.UniqueConstraint("person_id", "resource_id", name=op.f("uq_visited_person_id_resource_id")),
    )
    op.create_index("ix_visited_person_id_opened_at", "visited", ["person_id", "opened_at"])
    op.create_index("ix_visited_resource_id", "visited", ["resource_id"])
    op.create_table(
        "wishes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("sought", sa.String(length=300), nullable=False),
        sa.Column("folded", sa.String(length=300), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "promised", "answered", "declined", "taken_back", name="wishstate", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=True),
        sa.Column("librarian_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("seen_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_wishes_institution_id_institutions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["librarian_id"], ["people.id"], name=op.f("fk_wishes_librarian_id_people")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_wishes_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_wishes_resource_id_resources"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishes")),
    )
    op.create_index("ix_wishes_institution_id_folded", "wishes", ["institution_id", "folded"])
    op.create_index("ix_wishes_institution_id_state", "wishes", ["institution_id", "state"])
    op.create_index("ix_wishes_person_id", "wishes", ["person_id"])
    op.create_index("ix_wishes_resource_id", "wishes", ["resource_id"])


def downgrade() -> None:
    op.drop_index("ix_wishes_resource_id", table_name="wishes")
    op.drop_index("ix_wishes_person_id", table_name="wishes")
    op.drop_index("ix_wishes_institution_id_state", table_name="wishes")
    op.drop_index("ix_wishes_institution_id_folded", table_name="wishes")
    op.drop_table("wishes")
    op.drop_index("ix_visited_resource_id", table_name="visited")
    op.drop_index("ix_visited_person_id_opened_at", table_name="visited")
    op.drop_table("visited")
    op.drop_index("ix_places_resource_id", table_name="places")
    op.drop_table("places")
    op.drop_index("ix_own_list_items_resource_id", table_name="own_list_items")
    op.drop_table("own_list_items")
    op.drop_table("reading_habits")
    op.drop_table("own_lists")

"""Courses: their people, our links in them, what was placed and opened."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("sub", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("folded_name", sa.String(length=520), nullable=False),
        sa.Column("launch_roles", sa.JSON(), nullable=False),
        sa.Column("launched_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("roster_roles", sa.JSON(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("listed_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("left_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["context_id"], ["contexts.id"], name=op.f("fk_memberships_context_id_contexts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("context_id", "sub", name=op.f("uq_memberships_context_id_sub")),
    )
    op.create_index(op.f("ix_memberships_person_id"), "memberships", ["person_id"])
    op.create_table(
        "placements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=300), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=True),
        sa.Column("placed_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["context_id"], ["contexts.id"], name=op.f("fk_placements_context_id_contexts")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_placements_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placements")),
        sa.UniqueConstraint("item", name=op.f("uq_placements_item")),
    )
    op.create_index("ix_placements_person_id_placed_at", "placements", ["person_id", "placed_at"])
    op.create_table(
        "resource_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("resource_link_id", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=300), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("lineitem_url", sa.String(length=2000), nullable=False),
        sa.Column("is_graded", sa.Boolean(), nullable=False),
        sa.Column("maximum", sa.Double(), nullable=False),
        sa.Column("first_launched_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_launched_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["context_id"], ["contexts.id"], name=op.f("fk_resource_links_context_id_contexts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_links")),
        sa.UniqueConstraint(
            "context_id", "resource_link_id", name=op.f("uq_resource_links_context_id_resource_link_id")
        ),
    )
    op.create_index(op.f("ix_resource_links_item"), "resource_links", ["item"])
    op.create_index("ix_resource_links_kind_target", "resource_links", ["kind", "target"])
    op.create_table(
        "openings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_opened_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_opened_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("read_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["context_id"], ["contexts.id"], name=op.f("fk_openings_context_id_contexts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_openings_person_id_people")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_openings_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openings")),
        sa.UniqueConstraint(
            "context_id", "person_id", "resource_id", name=op.f("uq_openings_context_id_person_id_resource_id")
        ),
    )
    op.create_index(op.f("ix_openings_person_id"), "openings", ["person_id"])
    op.create_index(op.f("ix_openings_resource_id"), "openings", ["resource_id"])
    op.add_column("contexts", sa.Column("history", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("contexts", sa.Column("lineitems_url", sa.String(length=2000), server_default="", nullable=False))
    op.add_column("contexts", sa.Column("memberships_url", sa.String(length=2000), server_default="", nullable=False))
    op.add_column("contexts", sa.Column("groups_url", sa.String(length=2000), server_default="", nullable=False))
    op.add_column("contexts", sa.Column("groups", sa.JSON(), server_default="{}", nullable=False))
    op.add_column(
        "contexts",
        sa.Column(
            "roster_state",
            sa.Enum("never", "asked", "ready", "failed", name="rosterstate", native_enum=False, length=20),
            server_default="never",
            nullable=False,
        ),
    )
    op.add_column("contexts", sa.Column("roster_asked_at", lrc.db.UtcDateTime(timezone=True), nullable=True))
    op.add_column("contexts", sa.Column("roster_fetched_at", lrc.db.UtcDateTime(timezone=True), nullable=True))
    op.add_column("contexts", sa.Column("roster_failure", sa.String(length=500), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("contexts", "roster_failure")
    op.drop_column("contexts", "roster_fetched_at")
    op.drop_column("contexts", "roster_asked_at")
    op.drop_column("contexts", "roster_state")
    op.drop_column("contexts", "groups")
    op.drop_column("contexts", "groups_url")
    op.drop_column("contexts", "memberships_url")
    op.drop_column("contexts", "lineitems_url")
    op.drop_column("contexts", "history")
    op.drop_table("openings")
    op.drop_table("resource_links")
    op.drop_table("placements")
    op.drop_table("memberships")

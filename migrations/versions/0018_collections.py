"""Collections, what stands in them, and which of them home pages show."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(length=60), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("shown_from", sa.Date(), nullable=True),
        sa.Column("shown_until", sa.Date(), nullable=True),
        sa.Column("cover_resource_id", sa.Integer(), nullable=True),
        sa.Column("cover_key", sa.String(length=100), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_collections_institution_id_institutions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["collections.id"], name=op.f("fk_collections_parent_id_collections"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["cover_resource_id"],
            ["resources.id"],
            name=op.f("fk_collections_cover_resource_id_resources"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
    )
    for column in ("institution_id", "parent_id", "cover_resource_id"):
        op.create_index(f"ix_collections_{column}", "collections", [column])
    op.create_table(
        "collection_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_collection_items_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["resources.id"],
            name=op.f("fk_collection_items_resource_id_resources"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_items")),
        sa.UniqueConstraint("collection_id", "resource_id", name=op.f("uq_collection_items_collection_id_resource_id")),
    )
    op.create_index("ix_collection_items_resource_id", "collection_items", ["resource_id"])
    op.create_table(
        "featured_collections",
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_featured_collections_institution_id_institutions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_featured_collections_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("institution_id", "collection_id", name=op.f("pk_featured_collections")),
    )
    op.create_index("ix_featured_collections_collection_id", "featured_collections", ["collection_id"])


def downgrade() -> None:
    op.drop_index("ix_featured_collections_collection_id", table_name="featured_collections")
    op.drop_table("featured_collections")
    op.drop_index("ix_collection_items_resource_id", table_name="collection_items")
    op.drop_table("collection_items")
    for column in ("cover_resource_id", "parent_id", "institution_id"):
        op.drop_index(f"ix_collections_{column}", table_name="collections")
    op.drop_table("collections")

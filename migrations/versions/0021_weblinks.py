"""Addresses elsewhere as resources and whether they still answer; when files were scanned; answers of who is gone."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

LIBRARIAN = "fk_wishes_librarian_id_people"


def upgrade() -> None:
    op.create_table(
        "weblinks",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum("unknown", "alive", "moved", "dead", name="weblinkstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("since", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=40), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failing_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=False),
        sa.Column("checked_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("due_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("is_to_be_read", sa.Boolean(), nullable=False),
        sa.Column("offered", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_weblinks_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_weblinks")),
    )
    op.create_index("ix_weblinks_fingerprint", "weblinks", ["fingerprint"])
    op.create_index("ix_weblinks_state", "weblinks", ["state"])
    op.create_index("ix_weblinks_due_at", "weblinks", ["due_at"])
    op.add_column("files", sa.Column("scanned_at", lrc.db.UtcDateTime(timezone=True), nullable=True))
    # Nothing refers to requests: on SQLite their table is made anew.
    with op.batch_alter_table("wishes") as wishes:
        wishes.drop_constraint(LIBRARIAN, type_="foreignkey")
        wishes.create_foreign_key(LIBRARIAN, "people", ["librarian_id"], ["id"], ondelete="SET NULL")


def downgrade() -> None:
    with op.batch_alter_table("wishes") as wishes:
        wishes.drop_constraint(LIBRARIAN, type_="foreignkey")
        wishes.create_foreign_key(LIBRARIAN, "people", ["librarian_id"], ["id"])
    op.drop_column("files", "scanned_at")
    op.drop_index("ix_weblinks_due_at", table_name="weblinks")
    op.drop_index("ix_weblinks_state", table_name="weblinks")
    op.drop_index("ix_weblinks_fingerprint", table_name="weblinks")
    op.drop_table("weblinks")

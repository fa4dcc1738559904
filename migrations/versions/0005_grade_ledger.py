"""The grade ledger."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=100), nullable=False),
        sa.Column("given", sa.Double(), nullable=False),
        sa.Column("maximum", sa.Double(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("scored_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "created",
                "sending",
                "accepted",
                "refused",
                "superseded",
                name="scorestate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=False),
        sa.Column("claimed_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("stamped_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("shown", sa.Double(), nullable=True),
        sa.Column("settled_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["resource_links.id"], name=op.f("fk_scores_link_id_resource_links")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_scores_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scores")),
    )
    op.create_index("ix_scores_link_id_person_id", "scores", ["link_id", "person_id", "id"])
    op.create_index(op.f("ix_scores_person_id"), "scores", ["person_id"])
    op.create_index("ix_scores_state_next_try_at", "scores", ["state", "next_try_at"])


def downgrade() -> None:
    op.drop_table("scores")

"""What is needed to take back that concepts were merged."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "concept_merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("undoing", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_id"], ["concepts.id"], name=op.f("fk_concept_merges_from_id_concepts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["concepts.id"], name=op.f("fk_concept_merges_into_id_concepts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_concept_merges_author_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_merges")),
    )
    op.create_index("ix_concept_merges_from_id", "concept_merges", ["from_id"])
    op.create_index("ix_concept_merges_into_id", "concept_merges", ["into_id"])


def downgrade() -> None:
    # What was merged stays so: the release before knows that, and cannot take it back.
    op.drop_index("ix_concept_merges_into_id", table_name="concept_merges")
    op.drop_index("ix_concept_merges_from_id", table_name="concept_merges")
    op.drop_table("concept_merges")

"""What somebody took out of a list, so that they can put it back."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "taken_out",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("readings", "list", "collection", name="takenfrom", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("taken_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_taken_out_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taken_out")),
    )
    op.create_index("ix_taken_out_person_id", "taken_out", ["person_id"])
    op.create_index("ix_taken_out_taken_at", "taken_out", ["taken_at"])


def downgrade() -> None:
    # What was taken out stays so: the release before cannot put it back.
    op.drop_index("ix_taken_out_taken_at", table_name="taken_out")
    op.drop_index("ix_taken_out_person_id", table_name="taken_out")
    op.drop_table("taken_out")

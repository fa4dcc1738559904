"""Which resources name which as what they are adapted from."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "adaptations",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("source_record_id", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_adaptations_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", "source_record_id", name=op.f("pk_adaptations")),
    )
    op.create_index(op.f("ix_adaptations_source_record_id"), "adaptations", ["source_record_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_adaptations_source_record_id"), table_name="adaptations")
    op.drop_table("adaptations")

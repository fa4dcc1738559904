"""Kinds of resources: materials, courses and modules; their level and effort."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "resources",
        sa.Column(
            "kind",
            sa.Enum("material", "course", "module", name="kind", native_enum=False, length=20),
            server_default="material",
            nullable=False,
        ),
    )
    op.add_column("resources", sa.Column("level", sa.String(length=40), server_default="", nullable=False))
    op.add_column("resources", sa.Column("effort_minutes", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_resources_kind_state", "resources", ["kind", "state"])


def downgrade() -> None:
    op.drop_index("ix_resources_kind_state", table_name="resources")
    op.drop_column("resources", "effort_minutes")
    op.drop_column("resources", "level")
    op.drop_column("resources", "kind")

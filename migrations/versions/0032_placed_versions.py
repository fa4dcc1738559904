"""The version of a material with which what is picked, or was placed, stays."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("picks", "placements"):
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=True))


def downgrade() -> None:
    for table in ("placements", "picks"):
        op.drop_column(table, "version")

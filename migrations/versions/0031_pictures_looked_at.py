"""Covers of collections and images of lessons are looked at as files are."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None

_OWNERS = {"collection_id": "collections", "resource_id": "resources"}


def upgrade() -> None:
    with op.batch_alter_table("fixity_checks") as checks:
        checks.alter_column("file_id", existing_type=sa.Integer(), nullable=True)
        checks.add_column(sa.Column("name", sa.String(length=100), nullable=True))
        for column, table in _OWNERS.items():
            checks.add_column(sa.Column(column, sa.Integer(), nullable=True))
            name = op.f(f"fk_fixity_checks_{column}_{table}")
            checks.create_foreign_key(name, table, [column], ["id"], ondelete="CASCADE")
            checks.create_index(f"ix_fixity_checks_{column}", [column])


def downgrade() -> None:
    op.execute("DELETE FROM fixity_checks WHERE file_id IS NULL")
    with op.batch_alter_table("fixity_checks") as checks:
        for column, table in _OWNERS.items():
            checks.drop_index(f"ix_fixity_checks_{column}")
            checks.drop_constraint(op.f(f"fk_fixity_checks_{column}_{table}"), type_="foreignkey")
            checks.drop_column(column)
        checks.drop_column("name")
        checks.alter_column("file_id", existing_type=sa.Integer(), nullable=False)

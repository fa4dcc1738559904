"""By which bytes what was merged is known once its file is let go, and which days of publishing passed in vain."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("merges", sa.Column("file_sha256", sa.String(length=64), server_default="", nullable=False))
    op.create_index("ix_merges_file_sha256", "merges", ["file_sha256"])
    op.add_column("schedulings", sa.Column("missed_at", lrc.db.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM schedulings WHERE missed_at IS NOT NULL")  # the release before would try them for ever
    op.drop_column("schedulings", "missed_at")
    op.drop_index("ix_merges_file_sha256", "merges")
    op.drop_column("merges", "file_sha256")

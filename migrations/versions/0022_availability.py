"""When and for whom a resource is there: published later, under embargo, for a group of institutions."""

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

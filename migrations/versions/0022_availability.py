"""When and for whom a resource is there: published later, under embargo, for a group of institutions."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("institutions", sa.Column("group_ids", sa.JSON(), server_default="[]", nullable=False))
    op.create_table(
        "institution_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("institution_ids", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution_groups")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_institution_groups_fingerprint")),
    )
    op.add_column("resources", sa.Column("embargo_until", sa.Date(), nullable=True))
    op.create_index(
        "ix_resources_embargo_until",
        "resources",
        ["embargo_until"],
        sqlite_where=sa.text("embargo_until IS NOT NULL"),
        postgresql_where=sa.text("embargo_until IS NOT NULL"),
    )
    op.create_table(
        "schedulings",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("publish_on", sa.Date(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("made_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_schedulings_person_id_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["resources.id"],
            name=op.f("fk_schedulings_resource_id_resources"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_schedulings")),
    )
    op.create_index("ix_schedulings_publish_on", "schedulings", ["publish_on"])


def downgrade() -> None:
    op.drop_table("schedulings")
    # What only a group might see is left to its own institution: nobody sees more than before.
    op.execute("UPDATE resources SET audience = 'institution:' || institution_id WHERE audience LIKE 'group:%'")
    op.drop_index("ix_resources_embargo_until", table_name="resources")
    op.drop_column("resources", "embargo_until")
    op.drop_table("institution_groups")
    op.drop_column("institutions", "group_ids")

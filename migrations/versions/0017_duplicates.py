"""The identifiers by which resources are known, and which were merged into which."""

import sqlalchemy as sa
from alembic import op

import lrc.db
from catalog import identities

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AT_ONCE = 1_000


def upgrade() -> None:
    known_as = op.create_table(
        "known_as",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column(
            "scheme",
            sa.Enum("doi", "isbn", "issn", "handle", "url", "title", name="scheme", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_known_as_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", "scheme", "value", name=op.f("pk_known_as")),
    )
    fill(op.get_bind(), known_as)
    op.create_index("ix_known_as_scheme_value", "known_as", ["scheme", "value"])
    op.create_table(
        "likenesses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("seen_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("dismissed_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("dismissed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_likenesses_institution_id_institutions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["one_id"], ["resources.id"], name=op.f("fk_likenesses_one_id_resources"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["resources.id"], name=op.f("fk_likenesses_other_id_resources"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["dismissed_by_id"], ["people.id"], name=op.f("fk_likenesses_dismissed_by_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likenesses")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_likenesses_one_id_other_id")),
    )
    op.create_index("ix_likenesses_institution_id_dismissed_at", "likenesses", ["institution_id", "dismissed_at"])
    op.create_index("ix_likenesses_other_id", "likenesses", ["other_id"])
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("undoing", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_id"], ["resources.id"], name=op.f("fk_merges_from_id_resources"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["resources.id"], name=op.f("fk_merges_into_id_resources"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_merges_author_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        sa.UniqueConstraint("from_id", name=op.f("uq_merges_from_id")),
    )
    op.create_index("ix_merges_at", "merges", ["at"])
    op.create_index("ix_merges_into_id", "merges", ["into_id"])


def fill(connection, known_as) -> None:
    """Have what is there be known by what it says."""
    resources = sa.table("resources", sa.column("id"), sa.column("title"), sa.column("identifiers", sa.JSON))
    last = 0
    while True:
        query = sa.select(resources).where(resources.c.id > last).order_by(resources.c.id).limit(AT_ONCE)
        found = connection.execute(query).all()
        if not found:
            return
        rows = [
            {"resource_id": resource_id, "scheme": scheme.value, "value": value}
            for resource_id, title, written in found
            for scheme, value in identities.told_by(title, written or [])
        ]
        if rows:
            connection.execute(known_as.insert(), rows)
        last = found[-1].id


def downgrade() -> None:
    # What was merged is nothing that the release before knows: it is as if it had been withdrawn.
    op.execute("UPDATE resources SET state = 'withdrawn', revision = revision + 1 WHERE state = 'merged'")
    drop_remarks()
    op.drop_index("ix_merges_into_id", table_name="merges")
    op.drop_index("ix_merges_at", table_name="merges")
    op.drop_table("merges")
    op.drop_index("ix_likenesses_other_id", table_name="likenesses")
    op.drop_index("ix_likenesses_institution_id_dismissed_at", table_name="likenesses")
    op.drop_table("likenesses")
    op.drop_index("ix_known_as_scheme_value", table_name="known_as")
    op.drop_table("known_as")


def drop_remarks() -> None:
    """Take away the steps of the trail that the release before could not read; 0015 protects them."""
    connection = op.get_bind()
    delete = "DELETE FROM remarks WHERE kind IN ('merged', 'parted')"
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE remarks DISABLE TRIGGER remarks_kept")
        op.execute(delete)
        op.execute("ALTER TABLE remarks ENABLE TRIGGER remarks_kept")
        return
    written = connection.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'remarks_kept'"))
    op.execute("DROP TRIGGER remarks_kept")
    op.execute(delete)
    connection.exec_driver_sql(written)

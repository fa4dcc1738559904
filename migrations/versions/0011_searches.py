"""What was sought, the dictionary of the search, judged queries and saved searches."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dictionary_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dictionary_state")),
    )
    op.create_table(
        "judgings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("engine", sa.String(length=40), nullable=False),
        sa.Column("dictionary_revision", sa.Integer(), nullable=False),
        sa.Column("queries", sa.Integer(), nullable=False),
        sa.Column("mrr", sa.Double(), nullable=False),
        sa.Column("success", sa.Double(), nullable=False),
        sa.Column("ranks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgings")),
    )
    op.create_index("ix_judgings_at", "judgings", ["at"])
    op.create_table(
        "search_marks",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_search_marks")),
    )
    op.create_index("ix_search_marks_day", "search_marks", ["day"])
    op.create_table(
        "searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("typed", sa.String(length=300), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("askers", sa.Integer(), nullable=False),
        sa.Column("without_hits", sa.Integer(), nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_searches_institution_id_institutions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searches")),
        sa.UniqueConstraint("day", "institution_id", "words", name=op.f("uq_searches_day_institution_id_words")),
    )
    op.create_index("ix_searches_institution_id", "searches", ["institution_id"])
    op.create_index("ix_searches_words", "searches", ["words"], postgresql_ops={"words": "varchar_pattern_ops"})
    op.create_table(
        "dictionary_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("synonym", "variant", "stop_word", "pin", "boost", name="entrykind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("draft", "live", "leaving", "retired", name="entrystate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("record_ids", sa.JSON(), nullable=False),
        sa.Column("facet", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=500), nullable=False),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_dictionary_entries_author_id_people")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["people.id"], name=op.f("fk_dictionary_entries_changed_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["dictionary_entries.id"],
            name=op.f("fk_dictionary_entries_replaces_id_dictionary_entries"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dictionary_entries")),
    )
    op.create_index("ix_dictionary_entries_state", "dictionary_entries", ["state"])
    op.create_table(
        "judged_queries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("typed", sa.String(length=300), nullable=False),
        sa.Column("relevant", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_judged_queries_author_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judged_queries")),
        sa.UniqueConstraint("typed", name=op.f("uq_judged_queries_typed")),
    )
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=1000), nullable=False),
        sa.Column("tells", sa.Boolean(), nullable=False),
        sa.Column("created_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("looked_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("fresh", sa.Integer(), nullable=False),
        sa.Column("checked_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_saved_searches_institution_id_institutions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_saved_searches_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("person_id", "address", name=op.f("uq_saved_searches_person_id_address")),
    )
    op.create_index("ix_saved_searches_institution_id", "saved_searches", ["institution_id"])
    op.create_index("ix_saved_searches_person_id", "saved_searches", ["person_id"])
    op.create_table(
        "search_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("typed", sa.String(length=300), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("synonym", "purchase", "record", "answer", name="taskkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_search_tasks_author_id_people")),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_search_tasks_institution_id_institutions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["taken_by_id"], ["people.id"], name=op.f("fk_search_tasks_taken_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_tasks")),
    )
    op.create_index("ix_search_tasks_institution_id", "search_tasks", ["institution_id"])
    op.create_index("ix_search_tasks_words", "search_tasks", ["words"])


def downgrade() -> None:
    op.drop_index("ix_search_tasks_words", table_name="search_tasks")
    op.drop_index("ix_search_tasks_institution_id", table_name="search_tasks")
    op.drop_table("search_tasks")
    op.drop_index("ix_saved_searches_person_id", table_name="saved_searches")
    op.drop_index("ix_saved_searches_institution_id", table_name="saved_searches")
    op.drop_table("saved_searches")
    op.drop_table("judged_queries")
    op.drop_index("ix_dictionary_entries_state", table_name="dictionary_entries")
    op.drop_table("dictionary_entries")
    op.drop_index("ix_searches_words", table_name="searches")
    op.drop_index("ix_searches_institution_id", table_name="searches")
    op.drop_table("searches")
    op.drop_index("ix_search_marks_day", table_name="search_marks")
    op.drop_table("search_marks")
    op.drop_index("ix_judgings_at", table_name="judgings")
    op.drop_table("judgings")
    op.drop_table("dictionary_state")

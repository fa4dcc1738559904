"""Versions of materials, remarks on single fields, and steps of a review that cannot be edited.

What makes ``remarks`` or ``edits`` anew (as SQLite needs it for many a change) must make their triggers anew, too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_KEPT = {
    "remarks": ("id", "resource_id", "kind", "text", "fields", "version_number", "created_at"),
    "edits": ("id", "resource_id", "way", "before", "after", "at"),
}
_FORGOTTEN = {"remarks": ("author_id",), "edits": ("author_id", "bulk_id")}
"""What may become empty: who it was, when they are forgotten; and the bulk edit, when that is gone."""


def upgrade() -> None:
    op.add_column("remarks", sa.Column("fields", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("remarks", sa.Column("version_number", sa.Integer(), nullable=True))
    with op.batch_alter_table("files") as files:
        files.alter_column("resource_id", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("versions") as versions:
        versions.add_column(sa.Column("file_id", sa.Integer(), nullable=True))
        versions.create_foreign_key("fk_versions_file_id_files", "files", ["file_id"], ["id"], ondelete="SET NULL")
        versions.create_index("ix_versions_file_id", ["file_id"])
    with op.batch_alter_table("uploads") as uploads:
        uploads.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        uploads.create_foreign_key(
            "fk_uploads_replaces_id_resources", "resources", ["replaces_id"], ["id"], ondelete="CASCADE"
        )
        uploads.create_index("ix_uploads_replaces_id", ["replaces_id"])
    for table in _KEPT:
        (_protect_on_sqlite if _is_sqlite() else _protect_on_postgresql)(table)


def downgrade() -> None:
    for table in _KEPT:
        for name in ("kept", "unchanged"):
            op.execute(f"DROP TRIGGER {table}_{name}" + ("" if _is_sqlite() else f" ON {table}"))
    if not _is_sqlite():
        op.execute("DROP FUNCTION refuse_deleting_of_the_trail, refuse_changing_of_the_trail")
    # The release before knows no versions of materials, and no change of a description by one.
    op.execute("UPDATE edits SET way = 'form' WHERE way = 'version'")
    op.execute("DELETE FROM versions WHERE resource_id IN (SELECT id FROM resources WHERE kind = 'material')")
    for table in ("pages", "renditions"):
        op.execute(f"DELETE FROM {table} WHERE file_id IN (SELECT id FROM files WHERE resource_id IS NULL)")
    op.execute("DELETE FROM files WHERE resource_id IS NULL")
    with op.batch_alter_table("uploads") as uploads:
        uploads.drop_index("ix_uploads_replaces_id")
        uploads.drop_constraint("fk_uploads_replaces_id_resources", type_="foreignkey")
        uploads.drop_column("replaces_id")
    with op.batch_alter_table("versions") as versions:
        versions.drop_index("ix_versions_file_id")
        versions.drop_constraint("fk_versions_file_id_files", type_="foreignkey")
        versions.drop_column("file_id")
    with op.batch_alter_table("files") as files:
        files.alter_column("resource_id", existing_type=sa.Integer(), nullable=False)
    op.drop_column("remarks", "version_number")
    op.drop_column("remarks", "fields")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _protect_on_sqlite(table: str) -> None:
    same = [f"NEW.{name} IS OLD.{name}" for name in _KEPT[table]]
    same += [f"(NEW.{name} IS OLD.{name} OR NEW.{name} IS NULL)" for name in _FORGOTTEN[table]]
    op.execute(
        f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} WHEN NOT ({' AND '.join(same)}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} are never changed'); END"
    )
    op.execute(
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} "
        "WHEN EXISTS (SELECT 1 FROM resources WHERE id = OLD.resource_id) "
        f"BEGIN SELECT RAISE(ABORT, '{table} go with their resource only'); END"
    )


def _protect_on_postgresql(table: str) -> None:
    op.execute(_REFUSE_CHANGING)
    op.execute(_REFUSE_DELETING)
    op.execute(
        f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_changing_of_the_trail()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_deleting_of_the_trail()"
    )


_REFUSE_CHANGING = """
CREATE OR REPLACE FUNCTION refuse_changing_of_the_trail() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    is_now jsonb := to_jsonb(NEW);
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['author_id', 'bulk_id'] LOOP
        IF is_now ->> name IS NULL THEN
            was := was - name;
            is_now := is_now - name;
        END IF;
    END LOOP;
    IF was IS DISTINCT FROM is_now THEN
        RAISE EXCEPTION '% are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
_REFUSE_DELETING = """
CREATE OR REPLACE FUNCTION refuse_deleting_of_the_trail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM resources WHERE id = OLD.resource_id) THEN
        RAISE EXCEPTION '% go with their resource only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$
"""

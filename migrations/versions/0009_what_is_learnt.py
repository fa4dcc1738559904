"""Studies, attempts, the journal, and what was granted."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "studies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_part", sa.String(length=40), nullable=False),
        sa.Column("read_parts", sa.JSON(), nullable=False),
        sa.Column("passed_parts", sa.JSON(), nullable=False),
        sa.Column("percent", sa.Double(), nullable=True),
        sa.Column("finished_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["module_id"], ["resources.id"], name=op.f("fk_studies_module_id_resources"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_studies_person_id_people")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_studies_version_id_versions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studies")),
        sa.UniqueConstraint("person_id", "module_id", name=op.f("uq_studies_person_id_module_id")),
    )
    op.create_index("ix_studies_module_id", "studies", ["module_id"])
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("given", sa.Double(), nullable=True),
        sa.Column("maximum", sa.Double(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("override", sa.Double(), nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("overridden_by_id", sa.Integer(), nullable=True),
        sa.Column("overridden_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["overridden_by_id"], ["people.id"], name=op.f("fk_attempts_overridden_by_id_people")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_attempts_study_id_studies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_attempts_version_id_versions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("study_id", "part", "number", name=op.f("uq_attempts_study_id_part_number")),
    )
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "opened", "read", "answered", "hinted", "submitted", name="entrykind", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("response", sa.JSON(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("said_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("received_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_entries_attempt_id_attempts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_entries_study_id_studies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("study_id", "uid", name=op.f("uq_entries_study_id_uid")),
    )
    op.create_index("ix_entries_attempt_id", "entries", ["attempt_id"])
    op.create_table(
        "allowances",
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("extra_time_percent", sa.Integer(), nullable=False),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["granted_by_id"], ["people.id"], name=op.f("fk_allowances_granted_by_id_people")),
        sa.ForeignKeyConstraint(
            ["module_id"], ["resources.id"], name=op.f("fk_allowances_module_id_resources"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_allowances_person_id_people")),
        sa.PrimaryKeyConstraint("module_id", "person_id", name=op.f("pk_allowances")),
    )
    op.create_index(op.f("ix_allowances_person_id"), "allowances", ["person_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_allowances_person_id"), table_name="allowances")
    op.drop_table("allowances")
    op.drop_index("ix_entries_attempt_id", table_name="entries")
    op.drop_table("entries")
    op.drop_table("attempts")
    op.drop_index("ix_studies_module_id", table_name="studies")
    op.drop_table("studies")

"""Courses, versions of courses and modules, their authors, cohorts and enrolments."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "returned", "published", "replaced", name="versionstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("made_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_versions_author_id_people")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_versions_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("resource_id", "number", name=op.f("uq_versions_resource_id_number")),
    )
    op.create_index(
        "uq_versions_published",
        "versions",
        ["resource_id"],
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "authorships",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["people.id"], name=op.f("fk_authorships_added_by_id_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_authorships_person_id_people")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_authorships_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", "person_id", name=op.f("pk_authorships")),
    )
    op.create_index(op.f("ix_authorships_person_id"), "authorships", ["person_id"])
    op.create_table(
        "courses",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("objectives", sa.JSON(), nullable=False),
        sa.Column("for_whom", sa.Text(), nullable=False),
        sa.Column("prerequisites", sa.Text(), nullable=False),
        sa.Column("is_self_study", sa.Boolean(), nullable=False),
        sa.Column("gives_certificate", sa.Boolean(), nullable=False),
        sa.Column("cover_key", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_courses_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_courses")),
    )
    op.create_table(
        "course_modules",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["resources.id"], name=op.f("fk_course_modules_course_id_resources"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["module_id"], ["resources.id"], name=op.f("fk_course_modules_module_id_resources")),
        sa.PrimaryKeyConstraint("course_id", "module_id", name=op.f("pk_course_modules")),
    )
    op.create_index(op.f("ix_course_modules_module_id"), "course_modules", ["module_id"])
    op.create_table(
        "cohorts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("tutor_id", sa.Integer(), nullable=False),
        sa.Column("enrol_until_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("made_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["resources.id"], name=op.f("fk_cohorts_course_id_resources"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_cohorts_institution_id_institutions")
        ),
        sa.ForeignKeyConstraint(["tutor_id"], ["people.id"], name=op.f("fk_cohorts_tutor_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohorts")),
    )
    op.create_index(op.f("ix_cohorts_course_id"), "cohorts", ["course_id"])
    op.create_index(op.f("ix_cohorts_tutor_id"), "cohorts", ["tutor_id"])
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("enrolled_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("left_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", lrc.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name=op.f("fk_enrolments_cohort_id_cohorts")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["resources.id"], name=op.f("fk_enrolments_course_id_resources"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_enrolments_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("person_id", "course_id", name=op.f("uq_enrolments_person_id_course_id")),
    )
    op.create_index(op.f("ix_enrolments_cohort_id"), "enrolments", ["cohort_id"])
    op.create_index("ix_enrolments_course_id", "enrolments", ["course_id"])


def downgrade() -> None:
    op.drop_index("ix_enrolments_course_id", table_name="enrolments")
    op.drop_index(op.f("ix_enrolments_cohort_id"), table_name="enrolments")
    op.drop_table("enrolments")
    op.drop_index(op.f("ix_cohorts_tutor_id"), table_name="cohorts")
    op.drop_index(op.f("ix_cohorts_course_id"), table_name="cohorts")
    op.drop_table("cohorts")
    op.drop_index(op.f("ix_course_modules_module_id"), table_name="course_modules")
    op.drop_table("course_modules")
    op.drop_table("courses")
    op.drop_index(op.f("ix_authorships_person_id"), table_name="authorships")
    op.drop_table("authorships")
    op.drop_index("uq_versions_published", table_name="versions")
    op.drop_table("versions")

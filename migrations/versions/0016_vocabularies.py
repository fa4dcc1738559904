"""Vocabularies of subjects, types and rights: their concepts, labels and relations."""

import sqlalchemy as sa
from alembic import op

import lrc.db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vocabularies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uri", sa.String(length=500), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column(
            "use",
            sa.Enum("subjects", "types", "access", name="vocabularyuse", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changed_at", lrc.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vocabularies")),
        sa.UniqueConstraint("name", name=op.f("uq_vocabularies_name")),
        sa.UniqueConstraint("uri", name=op.f("uq_vocabularies_uri")),
    )
    op.create_table(
        "concepts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vocabulary_id", sa.Integer(), nullable=False),
        sa.Column("uri", sa.String(length=500), nullable=False),
        sa.Column("notation", sa.String(length=100), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("matches", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("live", "retired", "gone", name="conceptstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("is_own", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["concepts.id"], name=op.f("fk_concepts_merged_into_id_concepts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["vocabulary_id"],
            ["vocabularies.id"],
            name=op.f("fk_concepts_vocabulary_id_vocabularies"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concepts")),
        sa.UniqueConstraint("uri", name=op.f("uq_concepts_uri")),
    )
    op.create_index(op.f("ix_concepts_merged_into_id"), "concepts", ["merged_into_id"], unique=False)
    op.create_index("ix_concepts_vocabulary_id_state", "concepts", ["vocabulary_id", "state"], unique=False)
    op.create_table(
        "concept_labels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("preferred", "alternative", "hidden", name="labelkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("folded", sa.String(length=300), nullable=False),
        sa.Column("is_own", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["concept_id"], ["concepts.id"], name=op.f("fk_concept_labels_concept_id_concepts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_labels")),
    )
    op.create_index(op.f("ix_concept_labels_concept_id"), "concept_labels", ["concept_id"], unique=False)
    op.create_index(
        "ix_concept_labels_folded",
        "concept_labels",
        ["folded"],
        unique=False,
        postgresql_ops={"folded": "varchar_pattern_ops"},
    )
    op.create_table(
        "concept_relations",
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum("broader", "related", name="relationkind", native_enum=False, length=20), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["concept_id"], ["concepts.id"], name=op.f("fk_concept_relations_concept_id_concepts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["concepts.id"], name=op.f("fk_concept_relations_other_id_concepts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("concept_id", "other_id", "kind", name=op.f("pk_concept_relations")),
    )
    op.create_index(op.f("ix_concept_relations_other_id"), "concept_relations", ["other_id"], unique=False)
    op.create_table(
        "concept_uses",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["concept_id"], ["concepts.id"], name=op.f("fk_concept_uses_concept_id_concepts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_concept_uses_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", "concept_id", name=op.f("pk_concept_uses")),
    )
    op.create_index(op.f("ix_concept_uses_concept_id"), "concept_uses", ["concept_id"], unique=False)
    op.create_table(
        "vocabulary_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("linking_revision", sa.Integer(), nullable=False),
        sa.Column("linked_up_to", sa.Integer(), nullable=False),
        sa.Column("linked_revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vocabulary_state")),
    )


def downgrade() -> None:
    op.drop_table("vocabulary_state")
    op.drop_index(op.f("ix_concept_uses_concept_id"), table_name="concept_uses")
    op.drop_table("concept_uses")
    op.drop_index(op.f("ix_concept_relations_other_id"), table_name="concept_relations")
    op.drop_table("concept_relations")
    op.drop_index("ix_concept_labels_folded", table_name="concept_labels")
    op.drop_index(op.f("ix_concept_labels_concept_id"), table_name="concept_labels")
    op.drop_table("concept_labels")
    op.drop_index("ix_concepts_vocabulary_id_state", table_name="concepts")
    op.drop_index(op.f("ix_concepts_merged_into_id"), table_name="concepts")
    op.drop_table("concepts")
    op.drop_table("vocabularies")

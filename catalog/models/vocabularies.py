"""Vocabularies (SKOS): their concepts, labels and relations, what is about which concept, and files of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy import text as expression
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.resources import enum_of
from lrc.db import Base, utcnow
from lti.models import Person


class VocabularyUse(StrEnum):
    """Which field of a description takes its terms from a vocabulary."""

    SUBJECTS = "subjects"
    TYPES = "types"
    ACCESS = "access"


class ConceptState(StrEnum):
    LIVE = "live"
    RETIRED = "retired"  # by librarians: offered no more; what is about it stays so
    GONE = "gone"  # the same, because the file it came in has it no more; live again when it comes back


class LabelKind(StrEnum):
    """What a label of a concept is for, in SKOS's words."""

    PREFERRED = "preferred"  # one a language
    ALTERNATIVE = "alternative"  # "use for": seeks and describes the same, is not shown
    HIDDEN = "hidden"  # misspelt or outdated: found by it, never told


class RelationKind(StrEnum):
    BROADER = "broader"  # the other one holds it
    RELATED = "related"  # kept once, whichever way


class Vocabulary(Base):
    """A concept scheme."""

    __tablename__ = "vocabularies"

    id: Mapped[int] = mapped_column(primary_key=True)
    uri: Mapped[str] = mapped_column(String(500), unique=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    """Short, for addresses and commands: small letters, digits and hyphens."""
    titles: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By language."""
    use: Mapped[VocabularyUse] = mapped_column(enum_of(VocabularyUse), default=VocabularyUse.SUBJECTS)
    source: Mapped[str] = mapped_column(Text, default="")
    """Whose it is and under which licence, to be told wherever it goes."""
    digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 (hex) of the file that it was last made of."""
    changed_at: Mapped[datetime] = mapped_column(default=utcnow)


class Concept(Base):
    """One thing that resources may be about, whatever it is called."""

    __tablename__ = "concepts"
    __table_args__ = (Index("ix_concepts_vocabulary_id_state", "vocabulary_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vocabulary_id: Mapped[int] = mapped_column(ForeignKey("vocabularies.id", ondelete="CASCADE"))
    uri: Mapped[str] = mapped_column(String(500), unique=True)
    notation: Mapped[str] = mapped_column(String(100), default="")
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Kind of note (SKOS's name: definition, scopeNote...) -> language -> text."""
    matches: Mapped[list[str]] = mapped_column(default=list)
    """URIs elsewhere of the same (skos:exactMatch)."""
    state: Mapped[ConceptState] = mapped_column(enum_of(ConceptState), default=ConceptState.LIVE)
    is_own: Mapped[bool] = mapped_column(default=False, server_default=expression("false"))
    """Added here: a file that is taken in again leaves it alone."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("concepts.id", ondelete="SET NULL"), index=True)
    """The concept that stands for it since it was merged; never itself a merged one."""

    vocabulary: Mapped[Vocabulary] = relationship()
    labels: Mapped[list[ConceptLabel]] = relationship(
        back_populates="concept", cascade="all, delete-orphan", passive_deletes=True, order_by="ConceptLabel.id"
    )


class ConceptLabel(Base):
    """What a concept is called in one language."""

    __tablename__ = "concept_labels"

    id: Mapped[int] = mapped_column(primary_key=True)
    concept_id: Mapped[int] = mapped_column(ForeignKey("concepts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[LabelKind] = mapped_column(enum_of(LabelKind))
    language: Mapped[str] = mapped_column(String(35))
    """BCP 47, small letters; "" where it was not said."""
    text: Mapped[str] = mapped_column(String(300))
    folded: Mapped[str] = mapped_column(String(300))
    """Small letters, no accents, words parted by single blanks: as labels are compared."""
    is_own: Mapped[bool] = mapped_column(default=False, server_default=expression("false"))
    """Added here, to a concept that came in a file."""

    concept: Mapped[Concept] = relationship(back_populates="labels")

    # For what labels are equal to, and how they begin.
    __table_args__ = (Index("ix_concept_labels_folded", "folded", postgresql_ops={"folded": "varchar_pattern_ops"}),)


class ConceptRelation(Base):
    __tablename__ = "concept_relations"

    concept_id: Mapped[int] = mapped_column(ForeignKey("concepts.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("concepts.id", ondelete="CASCADE"), primary_key=True, index=True)
    kind: Mapped[RelationKind] = mapped_column(enum_of(RelationKind), primary_key=True)


class ConceptUse(Base):
    """That a resource is about a concept, or of that type: made of what its description says, as it was indexed."""

    __tablename__ = "concept_uses"

    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    concept_id: Mapped[int] = mapped_column(ForeignKey("concepts.id", ondelete="CASCADE"), primary_key=True, index=True)
    fingerprint: Mapped[str] = mapped_column(String(16))
    """Of what the index was told of the concept: what it and those above it are called."""


class ConceptMerge(Base):
    """That a concept was merged into another, by whom, and what that changed: kept while it can be taken back."""

    __tablename__ = "concept_merges"

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("concepts.id", ondelete="CASCADE"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("concepts.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=utcnow)
    undoing: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """As catalog.vocabularies.merging writes it."""

    merged: Mapped[Concept] = relationship(foreign_keys=[from_id])
    author: Mapped[Person | None] = relationship()


class VocabularyFileState(StrEnum):
    """Where a file of a vocabulary stands."""

    WAITING = "waiting"  # for a worker
    READING = "reading"
    LOOKED = "looked"  # compared with what is here, and nothing changed
    TAKEN = "taken"
    REFUSED = "refused"


class VocabularyFile(Base):
    """A file that a librarian sent, to be compared with what is here or taken in; its bytes are kept until it is."""

    __tablename__ = "vocabulary_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary, default=b"", deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    use: Mapped[VocabularyUse | None] = mapped_column(enum_of(VocabularyUse))
    """What the vocabulary is to be for; None: as it was, or subjects."""
    is_to_take: Mapped[bool] = mapped_column(default=False)
    """Or else only to be looked at."""
    state: Mapped[VocabularyFileState] = mapped_column(
        enum_of(VocabularyFileState), default=VocabularyFileState.WAITING, index=True
    )
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it was begun to be read since it was asked for."""
    refusal: Mapped[str] = mapped_column(String(20), default="")
    """A code of catalog.vocabularies.wording.REFUSALS."""
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What it brings (catalog.vocabularies.comparing.Report.summary), and the vocabulary's "uri"."""
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    moved_at: Mapped[datetime] = mapped_column(default=utcnow)
    """When its state changed."""

    author: Mapped[Person | None] = relationship()


class VocabularyState(Base):
    """The one row that tells how often vocabularies changed, and how far all resources were looked through since."""

    __tablename__ = "vocabulary_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    linking_revision: Mapped[int] = mapped_column(default=0)
    """Of the look through that is under way, or was the last."""
    linked_up_to: Mapped[int] = mapped_column(default=0)
    """Id of the last resource looked at."""
    linked_revision: Mapped[int] = mapped_column(default=0)
    """Of the last look through that came to its end."""

"""Taking a vocabulary in: what came, changed and went is told, and the same again changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Concept, ConceptLabel, ConceptState, LabelKind, Vocabulary
from catalog.vocabularies import reading, taking
from catalog.vocabularies.taking import Wanted
from lrc.errors import BadInput, Conflict
from tests.catalog.vocabularies import files
from tests.catalog.vocabularies.files import BASE, SCIENCES, concept, scheme


def of(session: Session, name: str) -> Concept:
    return session.scalars(select(Concept).where(Concept.uri == BASE + name)).one()


def test_a_file_comes_in_whole_and_the_same_again_changes_nothing(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "v.ttl"
    file.write_text(SCIENCES, encoding="utf-8")
    first = taking.take(session, reading.read(file), Wanted())
    assert (len(first.added), first.changed, first.gone, first.troubles) == (3, [], [], [])
    vocabulary = session.scalars(select(Vocabulary)).one()
    assert (vocabulary.name, vocabulary.titles["en"]) == ("campos-de-la-ciencia", "Fields of science")
    maths = of(session, "mate")
    assert (maths.notation, maths.matches) == ("1.1", ["https://example.com/otro/math"])
    assert maths.notes == {"definition": {"es": "Lo que se cuenta y se mide."}}
    assert {(each.kind, each.language, each.text) for each in maths.labels} == {
        (LabelKind.PREFERRED, "es", "Matemáticas"),
        (LabelKind.PREFERRED, "en", "Mathematics"),
        (LabelKind.PREFERRED, "qu", "Yupay yachay"),
        (LabelKind.ALTERNATIVE, "es", "Ciencia de los números"),
        (LabelKind.HIDDEN, "es", "matematikas"),
    }
    again = taking.take(session, reading.read(file), Wanted())
    assert again.is_idle
    assert again.unchanged == 3


def test_what_changed_and_went_is_told_and_what_went_comes_back(session: Session) -> None:
    files.take(session, concept("a", "es:Arte"), concept("b", "es:Baile", broader=("a",)), concept("c", "es:Cine"))
    report = files.take(session, concept("a", "es:Artes", "es:=Bellas artes"), concept("b", "es:Baile", broader=("a",)))
    assert (report.changed, report.gone, report.unchanged) == ([BASE + "a"], [BASE + "c"], 1)
    assert report.names[BASE + "c"] == "Cine"
    assert of(session, "c").state is ConceptState.GONE
    assert [each.text for each in of(session, "a").labels] == ["Bellas artes", "Artes"]
    report = files.take(session, concept("a", "es:Artes", "es:=Bellas artes"), concept("b"), concept("c", "es:Cine"))
    assert report.changed == [BASE + "b", BASE + "c"]
    assert of(session, "c").state is ConceptState.LIVE


def test_only_looking_tells_the_same_and_changes_nothing(session: Session) -> None:
    files.take(session, concept("a"))
    told = scheme(concept("b"), uri=BASE + "subjects")
    report = taking.take(session, told, Wanted(), only_look=True)
    assert (report.added, report.gone) == ([BASE + "b"], [BASE + "a"])
    assert session.scalars(select(Concept.uri)).all() == [BASE + "a"]


def test_names_and_concepts_added_here_survive_another_import(session: Session) -> None:
    files.take(session, concept("a", "es:Papa"), concept("b", "es:Andes"))
    potato = of(session, "a")
    potato.labels.append(
        ConceptLabel(kind=LabelKind.PREFERRED, language="qu", text="Akshu", folded="akshu", is_own=True)
    )
    own = Concept(vocabulary_id=potato.vocabulary_id, uri="urn:own", is_own=True)
    session.add(own)
    session.flush()
    assert files.take(session, concept("a", "es:Papa"), concept("b", "es:Andes")).is_idle
    report = files.take(session, concept("a", "es:Papa", "qu:Papa"), concept("b", "es:Andes"))
    assert report.changed == [BASE + "a"]
    kinds = {(each.text, each.language): each.kind for each in of(session, "a").labels}
    assert kinds[("Akshu", "qu")] is LabelKind.ALTERNATIVE  # the file names it now
    assert kinds[("Papa", "qu")] is LabelKind.PREFERRED
    assert own.state is ConceptState.LIVE


def test_a_concept_of_another_vocabulary_is_left_there(session: Session) -> None:
    files.take(session, concept("a"))
    report = taking.take(session, scheme(concept("a"), concept("b"), uri="urn:other"), Wanted(name="otro"))
    assert report.added == [BASE + "b"]
    assert [each.code for each in report.troubles] == ["foreign"]


@pytest.mark.parametrize("name", ["Con Espacios", "ñandú", "-a", "a" * 61])
def test_a_short_name_that_no_address_can_hold_is_refused(session: Session, name: str) -> None:
    with pytest.raises(BadInput):
        taking.take(session, scheme(concept("a")), Wanted(name=name))


def test_two_vocabularies_do_not_share_a_name(session: Session) -> None:
    taking.take(session, scheme(concept("a")), Wanted(name="temas"))
    with pytest.raises(Conflict):
        taking.take(session, scheme(concept("b"), uri="urn:two"), Wanted(name="temas"))
    made = taking.take(session, scheme(concept("b"), uri="urn:two"), Wanted())
    assert made.is_new
    assert sorted(session.scalars(select(Vocabulary.name))) == ["temas", "temas-2"]

"""Editing concepts by hand: names, places and retiring, and what of that is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Concept, ConceptState, LabelKind, Vocabulary, VocabularyUse
from catalog.vocabularies import browsing, editing, finding, giving
from catalog.vocabularies.editing import Name
from lrc.errors import BadInput, Conflict
from lti.viewers import Role
from tests import factories
from tests.catalog.vocabularies.files import BASE, concept, take


@pytest.fixture
def own(session: Session) -> Vocabulary:
    return editing.start(session, "Temas de mi región", VocabularyUse.SUBJECTS)


def names(each: Concept) -> dict[str, LabelKind]:
    return {label.text: label.kind for label in each.labels}


def of(session: Session, name: str) -> Concept:
    return session.scalars(select(Concept).where(Concept.uri == BASE + name)).one()


def meant(session: Session, text: str) -> str:
    found = finding.find(session, [text], VocabularyUse.SUBJECTS).get(text)
    return found.paths[0] if found else ""


def test_a_vocabulary_of_one_s_own_grows_concept_by_concept(session: Session, own: Vocabulary) -> None:
    assert own.name == "temas-de-mi-region"
    editing.add(session, own, Name("Andes"))
    editing.add(session, own, Name("Puna"), "andes")
    assert meant(session, "puna") == "Andes > Puna"
    assert [line.name("es") for line in browsing.top(session, factories.viewer(session, Role.LIBRARIAN), own)] == [
        "Andes"
    ]
    with pytest.raises(Conflict):
        editing.add(session, own, Name("PUNA"))
    with pytest.raises(BadInput):
        editing.add(session, own, Name("Quechua"), "no existe")
    with pytest.raises(BadInput):
        editing.add(session, own, Name(" \n"))
    told = giving.scheme_of(session, own)
    assert [len(each.broader) for each in told.concepts] in ([0, 1], [1, 0])


def test_a_renamed_concept_is_still_found_by_its_former_name(session: Session, own: Vocabulary) -> None:
    made = editing.add(session, own, Name("Selva"))
    editing.name(session, made, Name("Amazonía"))
    assert names(made) == {"Selva": LabelKind.HIDDEN, "Amazonía": LabelKind.PREFERRED}
    session.flush()
    assert meant(session, "selva") == "Amazonía"
    with pytest.raises(Conflict):
        editing.name(session, made, Name("Amazonía"))
    with pytest.raises(Conflict):
        editing.unname(session, made, next(each.id for each in made.labels if each.kind is LabelKind.PREFERRED))


def test_what_came_in_a_file_keeps_its_names_and_takes_more(session: Session) -> None:
    take(session, concept("papa", "es:Papa"))
    potato = of(session, "papa")
    with pytest.raises(Conflict):
        editing.name(session, potato, Name("Patata"))
    editing.name(session, potato, Name("Akshu", "qu"))
    editing.name(session, potato, Name("Patata", "es", LabelKind.ALTERNATIVE))
    session.flush()
    assert meant(session, "akshu") == "Papa"
    with pytest.raises(Conflict):
        editing.unname(session, potato, next(each.id for each in potato.labels if each.text == "Papa"))
    editing.unname(session, potato, next(each.id for each in potato.labels if each.text == "Patata"))
    session.flush()
    assert meant(session, "patata") == ""
    with pytest.raises(Conflict):
        editing.place(session, potato, "")


def test_nothing_is_put_inside_itself(session: Session, own: Vocabulary) -> None:
    above = editing.add(session, own, Name("A"))
    below = editing.add(session, own, Name("B"), "A")
    with pytest.raises(Conflict):
        editing.place(session, above, "B")
    editing.place(session, below, "")
    editing.place(session, above, "B")
    session.flush()
    assert meant(session, "A") == "B > A"


def test_what_is_retired_is_offered_no_more_but_still_means_what_it_meant(session: Session, own: Vocabulary) -> None:
    made = editing.add(session, own, Name("Télex"))
    assert browsing.seek(session, "tel") == [made.id]
    editing.retire(session, made)
    session.flush()
    assert browsing.seek(session, "tel") == []
    assert meant(session, "télex") == "Télex"
    assert giving.scheme_of(session, own).concepts == ()
    editing.revive(session, made)
    assert made.state is ConceptState.LIVE


def test_seeking_puts_whole_and_preferred_names_first(session: Session) -> None:
    take(
        session,
        concept("a", "es:Arte rupestre"),
        concept("b", "es:Historia del arte"),
        concept("c", "es:Pintura", "es:=Arte"),
        concept("d", "es:100 % arte"),
    )
    found = [each.name for each in browsing.known(session, browsing.seek(session, "arte"))]
    assert found[:2] == ["Pintura", "Arte rupestre"]
    assert set(found[2:]) == {"Historia del arte", "100 % arte"}
    assert browsing.seek(session, "%") == []

"""Merging two concepts of a vocabulary and taking that back: what goes along, what comes back, and until when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Concept, ConceptMerge, ConceptState, VocabularyUse
from catalog.vocabularies import browsing, editing, finding, giving, merging
from catalog.vocabularies.editing import Name
from catalog.vocabularies.scheme import Scheme
from lrc.db import engine_of, new_session, transaction, utcnow
from lrc.errors import Conflict, NotFound
from lti.viewers import Role, Viewer
from tests import factories
from tests.catalog.vocabularies.files import BASE, concept, take

TOLD = (
    concept("a", "es:Ecología", "en:Ecology"),
    concept("b", "es:Ambiente", broader=("a",)),
    concept("c", "es:Medio ambiente", "qu:=Pachamama"),
    concept("d", "es:Clima", broader=("c",), related=("b",)),
    concept("e", "es:Suelo", broader=("b", "c"), related=("c",)),
)


@pytest.fixture
def librarian(session: Session) -> Viewer:
    return factories.viewer(session, Role.LIBRARIAN)


def of(session: Session, name: str) -> Concept:
    return session.scalars(select(Concept).where(Concept.uri == BASE + name)).one()


def meant(session: Session, text: str) -> str:
    found = finding.find(session, [text], VocabularyUse.SUBJECTS).get(text)
    return found.paths[0] if found else ""


def told_now(session: Session) -> Scheme:
    session.expire_all()
    return giving.scheme_of(session, of(session, "a").vocabulary)


def test_of_two_merged_one_stands_for_both_and_a_new_import_leaves_it_so(session: Session, librarian: Viewer) -> None:
    take(session, *TOLD)
    merging.merge(session, librarian, of(session, "c"), of(session, "b"))
    assert meant(session, "medio ambiente") == meant(session, BASE + "c") == "Ecología > Ambiente"
    assert meant(session, "Clima") == "Ecología > Ambiente > Clima"
    assert [each.matches for each in told_now(session).concepts if each.uri == BASE + "b"] == [(BASE + "c",)]
    assert browsing.get_concept(session, of(session, "c").id).id == of(session, "b").id
    report = take(session, *TOLD)
    session.expire_all()
    assert meant(session, "Clima") == "Ecología > Ambiente > Clima"
    assert meant(session, "medio ambiente") == "Ecología > Ambiente"
    assert report.is_idle
    merging.merge(session, librarian, of(session, "b"), of(session, "a"))
    assert meant(session, BASE + "c") == "Ecología"


def test_what_is_parted_is_as_it_was_whatever_was_imported_meanwhile(session: Session, librarian: Viewer) -> None:
    take(session, *TOLD)
    before = told_now(session)
    made = merging.merge(session, librarian, of(session, "c"), of(session, "b"))
    assert told_now(session) != before
    take(session, *TOLD)
    back = merging.part(session, of(session, "b"), made.id)
    assert back.uri == BASE + "c"
    assert told_now(session) == before
    assert take(session, *TOLD).is_idle
    assert meant(session, "Clima") == "Medio ambiente > Clima"
    with pytest.raises(NotFound):
        merging.part(session, of(session, "b"), made.id)


def test_what_was_merged_one_after_the_other_is_parted_the_other_way_round(session: Session, librarian: Viewer) -> None:
    take(session, *TOLD)
    before = told_now(session)
    first = merging.merge(session, librarian, of(session, "c"), of(session, "b"))
    second = merging.merge(session, librarian, of(session, "b"), of(session, "a"))
    assert merging.partable(session, of(session, "b")) == []
    with pytest.raises(NotFound):
        merging.part(session, of(session, "b"), first.id)
    merging.part(session, of(session, "a"), second.id)
    assert meant(session, "medio ambiente") == "Ecología > Ambiente"
    merging.part(session, of(session, "b"), first.id)
    assert told_now(session) == before


def test_what_came_since_stays_with_the_one_that_was_kept(session: Session, librarian: Viewer) -> None:
    own = editing.start(session, "Temas de mi región", VocabularyUse.SUBJECTS)
    puna, jalca = (editing.add(session, own, Name(text)) for text in ("Puna", "Jalca"))
    made = merging.merge(session, librarian, jalca, puna)
    editing.name(session, puna, Name("Sallqa", "qu"))
    below = editing.add(session, own, Name("Bofedal"), "jalca")
    editing.retire(session, puna)
    merging.part(session, puna, made.id)
    assert (meant(session, "Sallqa"), meant(session, "Bofedal")) == ("Puna", "Puna > Bofedal")
    assert (meant(session, "Jalca"), jalca.state, puna.state) == ("Jalca", ConceptState.LIVE, ConceptState.RETIRED)
    assert below.merged_into_id is None


def test_a_name_given_since_in_the_place_of_one_that_came_along_stays(session: Session, librarian: Viewer) -> None:
    own = editing.start(session, "Temas de mi región", VocabularyUse.SUBJECTS)
    puna, jalca = (editing.add(session, own, Name(text)) for text in ("Puna", "Jalca"))
    made = merging.merge(session, librarian, jalca, puna)
    editing.unname(session, puna, next(each.id for each in puna.labels if each.text == "Jalca"))
    session.expire_all()
    editing.name(session, puna, Name("Sallqa", "qu"))
    merging.part(session, puna, made.id)
    assert meant(session, "Sallqa") == "Puna"


def test_what_was_put_the_other_way_since_is_not_led_in_a_circle(session: Session, librarian: Viewer) -> None:
    own = editing.start(session, "Temas de mi región", VocabularyUse.SUBJECTS)
    kept, merged = editing.add(session, own, Name("Andes")), editing.add(session, own, Name("Sierra"))
    below = editing.add(session, own, Name("Puna"), "Sierra")
    made = merging.merge(session, librarian, merged, kept)
    editing.place(session, below, "")
    editing.place(session, kept, "Puna")
    merging.part(session, kept, made.id)
    assert (meant(session, "Puna"), meant(session, "Andes")) == ("Sierra > Puna", "Sierra > Puna > Andes")


def test_nothing_is_merged_into_what_is_inside_it_nor_into_itself(session: Session, librarian: Viewer) -> None:
    take(session, *TOLD)
    for into in ("b", "a"):
        with pytest.raises(Conflict):
            merging.merge(session, librarian, of(session, "a"), of(session, into))


@pytest.mark.parametrize(("one", "other"), ["bc", "cb"])
def test_what_another_librarian_merges_at_the_same_moment_is_not_merged_again(
    app: Flask, session: Session, librarian: Viewer, one: str, other: str
) -> None:
    take(session, *TOLD)
    session.commit()

    def merge() -> None:
        with app.app_context(), transaction() as own:
            merging.merge(own, librarian, of(own, one), of(own, other))

    with ThreadPoolExecutor(1) as another, new_session(engine_of(app), writing=True) as here:
        merging.merge(here, librarian, of(here, "c"), of(here, "b"))
        here.flush()
        merging_too = another.submit(merge)
        wait([merging_too], timeout=0.3)
        here.commit()
        with pytest.raises(Conflict):
            merging_too.result(timeout=20)
    assert len(session.scalars(select(ConceptMerge)).all()) == 1


def test_after_thirty_days_it_stays(session: Session, librarian: Viewer) -> None:
    take(session, *TOLD)
    made = merging.merge(session, librarian, of(session, "c"), of(session, "b"))
    merging.forget_old(session)
    assert merging.partable(session, of(session, "b")) == [made]
    made.at = utcnow() - timedelta(days=merging.UNDO_DAYS)
    session.flush()
    with pytest.raises(NotFound):
        merging.part(session, of(session, "b"), made.id)
    merging.forget_old(session)
    assert session.scalars(select(ConceptMerge)).all() == []
    assert meant(session, BASE + "c") == "Ecología > Ambiente"

"""What a reviewer is told before publishing: what a material lacks, what contradicts it, what it may be a copy of."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import checks, indexing
from catalog.models import Rendition, RenditionKind, Resource, ResourceState
from lti.models import Person
from lti.viewers import Role, Viewer
from search.engine import Index, current_index
from tests import factories

WHOLE = {
    "title": "Papas nativas de los Andes",
    "description": "Cómo se siembran, se cuidan y se guardan las papas nativas.",
    "license": "CC BY 4.0",
    "creators": ["Quispe, Rosa"],
    "subjects": ["Agronomía"],
    "date": "2015",
    "language": "es",
}


class Desk:
    def __init__(self, session: Session, index: Index) -> None:
        self.session, self.index = session, index
        moodle = factories.platform(session)
        self.teacher: Person = factories.person(session, of=moodle)
        self.librarian: Viewer = factories.viewer(
            session, Role.LIBRARIAN, by=factories.person(session, of=moodle, librarian=True)
        )

    def waits(self, *pages: str, **columns: object) -> Resource:
        columns = {**WHOLE, **columns}
        return factories.resource(
            self.session, *(pages or ("Texto",)), by=self.teacher, state=ResourceState.WAITING, **columns
        )

    def told(self, resource: Resource) -> list[str]:
        found = checks.of(self.session, self.librarian, resource, self.index)
        return [each.field or (each.twin.title if each.twin else str(each.sentence)) for each in found]


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    with app.app_context():
        return Desk(session, current_index())


def test_nothing_is_said_of_what_is_whole(app: Flask, desk: Desk) -> None:
    with app.app_context():
        indexing.bring_up_to_date(desk.index)
        assert desk.told(desk.waits()) == []


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"license": ""}, "license"),
        ({"description": "Corta."}, "description"),
        ({"creators": []}, "contributors"),
        ({"subjects": []}, "subjects"),
        ({"date": ""}, "date"),
        ({"language": ""}, "language"),
    ],
)
def test_what_is_lacking_is_named_with_the_field_that_mends_it(
    desk: Desk, columns: dict[str, object], field: str
) -> None:
    assert desk.told(desk.waits(**columns)) == [field]


def test_what_the_file_says_of_itself_is_offered(desk: Desk) -> None:
    resource = desk.waits(language="es", creators=[])
    resource.file.offered = {"language": "qu", "creators": ["Mamani, Luis"]}  # type: ignore[union-attr]
    found = checks.of(desk.session, desk.librarian, resource, desk.index)
    assert [(each.field, each.is_offered) for each in found] == [("contributors", True), ("language", True)]


def test_a_variety_of_the_same_language_is_no_other_one(desk: Desk) -> None:
    resource = desk.waits(language="es-PE")
    resource.file.offered = {"language": "es"}  # type: ignore[union-attr]
    assert desk.told(resource) == []


def test_a_file_without_text_and_a_recording_without_captions_are_told(desk: Desk) -> None:
    assert "no tiene texto" in desk.told(desk.waits(""))[0].lower()
    film = desk.waits("")
    assert film.file is not None
    film.file.duration_s = 60.0
    assert "subtítulos" in desk.told(film)[0]
    film.file.renditions.append(
        Rendition(kind=RenditionKind.CAPTIONS, key="renditions/x", media_type="text/vtt", size_bytes=9)
    )
    assert desk.told(film) == []


def test_the_same_bytes_and_a_title_that_is_almost_the_same_may_be_a_copy(app: Flask, desk: Desk) -> None:
    published = factories.resource(desk.session, **{**WHOLE, "title": "Papas nativas de los andes"})
    hidden = factories.resource(desk.session, **{**WHOLE, "audience": "institution:99999"})
    desk.session.commit()
    with app.app_context():
        indexing.bring_up_to_date(desk.index)
    assert desk.told(desk.waits()) == [published.title]
    assert published.file is not None
    assert desk.told(desk.waits(title="Otro título", sha256=published.file.sha256)) == [published.title]
    assert hidden.file is not None
    assert desk.told(desk.waits(title="Algo más", sha256=hidden.file.sha256)) == []


def test_the_page_tells_and_leads_to_the_field(app: Flask, desk: Desk) -> None:
    resource = desk.waits(creators=[])
    resource.file.offered = {"creators": ["Mamani <b>Luis"]}  # type: ignore[union-attr]
    desk.session.commit()
    person = desk.session.get_one(Person, desk.librarian.person_id)
    librarian = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=person)
    path = f"/resources/{resource.id}"
    page = librarian.get(path).text
    assert "Antes de publicar" in page
    assert f"{path}/describe?use=contributors#contributors" in page
    form = librarian.get(f"{path}/describe?use=contributors").text
    assert ">Mamani &lt;b&gt;Luis</textarea>" in form
    used = librarian.submit(f"{path}/describe", {"title": "Escrito", "use": "contributors", "seen": "0"}).text
    assert 'value="Escrito"' in used
    assert ">Mamani &lt;b&gt;Luis</textarea>" in used
    desk.session.commit()
    desk.session.refresh(resource)
    assert resource.creators == []

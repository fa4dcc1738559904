"""Collections as pages: made, filled from searches by one button, read, and how many queries they take."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.models import Collection, CollectionItem, Featured, Resource
from lti.models import Platform
from lti.viewers import Role
from search.engine import current_index
from tests import factories
from tests.catalog import choosing
from tests.factories import Browser
from tests.statements import queries


@pytest.fixture
def home(session: Session) -> Platform:
    return factories.platform(session)


@pytest.fixture
def librarian(app: Flask, session: Session, home: Platform) -> Browser:
    return factories.signed_in(app, session, Role.LIBRARIAN, by=factories.person(session, of=home, librarian=True))


@pytest.fixture
def student(app: Flask, session: Session, home: Platform) -> Browser:
    return factories.signed_in(app, session, Role.STUDENT, by=factories.person(session, of=home))


@pytest.fixture
def guide(session: Session) -> Resource:
    made = factories.resource(session, "Texto.", title="Guía <b>de</b> quinua", creators=["Ana Ríos"], date="2020")
    session.commit()
    return made


@pytest.fixture
def quinua(session: Session, home: Platform) -> Collection:
    made = Collection(institution_id=home.institution_id, title="La <i>quinua</i>", is_published=True)
    session.add(made)
    session.commit()
    return made


def held(session: Session) -> list[int]:
    session.rollback()
    return list(session.scalars(select(CollectionItem.resource_id).order_by(CollectionItem.position)))


FIELDS = {"title": "Granos", "text": "**Andinos**", "audience": "everyone", "state": "published"}


def test_from_a_new_collection_to_the_shelf_of_the_home_page(
    session: Session, librarian: Browser, student: Browser, guide: Resource
) -> None:
    indexing.bring_up_to_date(current_index())
    assert librarian.submit("/collections/new", FIELDS | {"title": " "}).status_code == 422
    path = librarian.submit("/collections/new", FIELDS).location
    assert "Estás agregando a la colección «Granos»" in librarian.get("/search?q=quinua").text
    part = librarian.submit(f"/resources/{guide.id}/collect", {"title": guide.title}, headers={"HX-Request": "true"})
    assert "En la colección" in part.text
    assert "Guía &lt;b&gt;de&lt;/b&gt; quinua" in part.text
    assert held(session) == [guide.id]
    assert librarian.submit("/collections/stop").location == path
    assert "Estás agregando" not in librarian.get("/search?q=quinua").text
    page = student.get(path).text
    assert "<strong>Andinos</strong>" in page
    assert f'href="/resources/{guide.id}"' in page
    assert "Ríos, A. (2020)" in student.get(f"{path}/cite").text
    assert student.get(f"{path}/cite/ris").headers["Content-Disposition"] == 'attachment; filename="Granos.ris"'
    assert "Está en la colección" in student.get(f"/resources/{guide.id}").text
    assert "Granos" not in student.get("/").text
    librarian.submit(f"{path}/do", {"do": "feature"})
    assert f'href="{path}"' in student.get("/").text
    assert "Granos" in student.get("/collections").text
    librarian.submit(f"{path}/do", {"do": "delete"})
    assert student.get(path).status_code == 404
    assert student.get(f"/resources/{guide.id}").status_code == 200


def test_a_librarian_chooses_the_universities_that_it_is_for(
    session: Session, app: Flask, librarian: Browser, student: Browser
) -> None:
    partner = factories.platform(session)
    partner.institution.name = "UN de <b>Jaén</b>"
    session.commit()
    fields = FIELDS | {"audience": "institutions"}
    refused = librarian.submit("/collections/new", fields)
    assert refused.status_code == 422
    assert "Elige al menos otra universidad" in refused.text
    path = librarian.submit("/collections/new", fields | {"institution": str(partner.institution_id)}).location

    assert "UN de &lt;b&gt;Jaén&lt;/b&gt;" in librarian.get(path).text
    edited = librarian.get(f"{path}/edit").text
    assert f'value="{partner.institution_id}" checked' in edited
    theirs = factories.signed_in(app, session, Role.STUDENT, by=factories.person(session, of=partner))
    assert theirs.get(path).status_code == 200
    assert student.get(path).status_code == 200
    assert factories.signed_in(app, session, Role.STUDENT).get(path).status_code == 404


def test_in_and_out_by_ticked_boxes_and_by_the_button(
    session: Session, librarian: Browser, guide: Resource, quinua: Collection
) -> None:
    choose = f"/resources/{guide.id}/collections"
    assert "La &lt;i&gt;quinua&lt;/i&gt;" in librarian.get(choose).text
    assert "A una colección" in librarian.get(f"/resources/{guide.id}").text
    assert librarian.submit(choose, {"collection": quinua.id}).location == f"/resources/{guide.id}"
    assert held(session) == [guide.id]
    librarian.submit(choose)
    assert held(session) == []
    assert librarian.submit(f"/resources/{guide.id}/collect").status_code == 404
    librarian.submit(f"/collections/{quinua.id}/do", {"do": "collect"})
    librarian.submit(f"/resources/{guide.id}/collect")
    assert "quitar Guía" in librarian.get(f"/resources/{guide.id}").text
    librarian.submit(f"/resources/{guide.id}/collect", {"remove": "1"})
    assert held(session) == []


def test_what_others_changed_meanwhile_is_not_written_over_unseen(
    session: Session, librarian: Browser, quinua: Collection
) -> None:
    path = f"/collections/{quinua.id}/edit"
    based_on = librarian.get(path).text.partition('name="based_on" value="')[2].partition('"')[0]
    first = librarian.submit(path, FIELDS | {"based_on": based_on})
    assert first.status_code == 303
    second = librarian.submit(path, FIELDS | {"title": "Otra", "based_on": based_on})
    assert (second.status_code, "Otra persona cambió" in second.text, 'value="Otra"' in second.text) == (
        409,
        True,
        True,
    )
    again = second.text.partition('name="based_on" value="')[2].partition('"')[0]
    assert librarian.submit(path, FIELDS | {"title": "Otra", "based_on": again}).status_code == 303
    session.rollback()
    assert session.scalars(select(Collection.title)).one() == "Otra"


def test_readers_change_nothing(student: Browser, app: Flask, session: Session, quinua: Collection) -> None:
    other = factories.signed_in(app, session, Role.LIBRARIAN)
    path = f"/collections/{quinua.id}"
    assert [student.get(f"{path}{end}").status_code for end in ("/edit", "/arrange")] == [403, 403]
    assert student.get("/collections/new").status_code == 403
    assert [student.submit(f"{path}{end}", {"do": "delete"}).status_code for end in ("/do", "/edit")] == [403, 403]
    assert [other.get(f"{path}{end}").status_code for end in ("", "/edit", "/arrange")] == [200, 404, 404]
    assert other.submit(f"{path}/do", {"do": "delete"}).status_code == 404
    assert other.submit(f"{path}/items/1", {"do": "drop"}).status_code == 404
    assert "Agregar materiales" not in student.get(path).text
    assert app.test_client().get(path).status_code == 401


def test_things_are_put_in_order_and_noted(session: Session, librarian: Browser, quinua: Collection) -> None:
    made = [factories.resource(session, title=f"Libro {number}") for number in range(3)]
    quinua.items = [CollectionItem(resource_id=each.id, position=place) for place, each in enumerate(made)]
    session.commit()
    path, arrange = f"/collections/{quinua.id}/items", f"/collections/{quinua.id}/arrange"
    back = librarian.submit(
        f"{path}/{made[2].id}", {"do": "up"}, headers={"Referer": f"{librarian.tool_url}{arrange}"}
    ).location
    assert back == f"{arrange}#item-{made[2].id}"
    librarian.submit(f"{path}/{made[1].id}", {"do": "place", "place": "1"})
    assert held(session) == [made[1].id, made[0].id, made[2].id]
    librarian.submit(f"{path}/{made[0].id}", {"do": "note", "note": "Cap. <3>"})
    assert "Cap. &lt;3&gt;" in librarian.get(f"/collections/{quinua.id}").text
    librarian.submit(f"{path}/{made[0].id}", {"do": "drop"})
    assert held(session) == [made[1].id, made[2].id]
    found = librarian.get(f"/collections/{quinua.id}?q=LIBROS%201").text
    assert ("Libro 1" in found, "Libro 2" in found) == (True, False)


def test_a_picture_of_its_own_is_made_small_and_can_be_taken_away(
    session: Session, librarian: Browser, student: Browser, quinua: Collection, s3: object
) -> None:
    path = f"/collections/{quinua.id}"

    def send(content: bytes) -> int:
        return librarian.submit(f"{path}/cover", {"file": (io.BytesIO(content), "foto.jpg")}).status_code

    assert student.get(f"{path}/cover").status_code == 404
    assert send(b"GIF89a no picture") == 422
    picture = io.BytesIO()
    Image.linear_gradient("L").resize((300, 400)).save(picture, "JPEG")
    assert send(picture.getvalue()) == 303
    session.expire_all()
    kept = session.scalars(select(Collection)).one()
    assert kept.cover_key.startswith("covers/")
    assert 0 < len(kept.thumbnail) <= 2048
    assert student.get(f"{path}/cover").status_code == 302
    assert "data:image/webp" in student.get("/collections").text
    librarian.submit(f"{path}/do", {"do": "uncover"})
    assert student.get(f"{path}/cover").status_code == 404


def test_a_teacher_picks_one_for_a_course_whole(
    app: Flask, session: Session, home: Platform, quinua: Collection, guide: Resource
) -> None:
    draft = Collection(institution_id=home.institution_id, title="Borrador secreto")
    quinua.items = [CollectionItem(resource_id=guide.id)]
    session.add(draft)
    session.commit()
    teacher = factories.person(session, of=home)
    picker = choosing.choosing(app, session, by=teacher, where=factories.context(session, of=home))
    assert choosing.ticks(picker.get("/collections").text) == {f"collection:{quinua.id}": False}
    assert len(choosing.ticks(picker.get(f"/collections/{quinua.id}").text)) == 2
    choosing.tick(picker, f"collection:{quinua.id}")
    choosing.tick(picker, f"collection:{draft.id}")
    review = picker.get("/picker/review").text
    assert ("La &lt;i&gt;quinua&lt;/i&gt;" in review, "secreto" in review) == (True, False)


def test_pages_take_as_many_queries_for_much_as_for_little(
    app: Flask, session: Session, home: Platform, student: Browser, librarian: Browser, quinua: Collection
) -> None:
    asked = {
        student: ["/", "/collections", f"/collections/{quinua.id}", f"/collections/{quinua.id}?q=libro"],
        librarian: ["/collections", f"/collections/{quinua.id}", f"/collections/{quinua.id}/arrange"],
    }

    def counted() -> list[int]:
        found = []
        for browser, pages in asked.items():
            for page in pages:
                with queries(app) as sent:
                    assert browser.get(page).status_code == 200
                found.append(sum(each.startswith("SELECT") and "platforms.issuer" not in each for each in sent))
        return found

    def put(number: int) -> None:
        featured = Collection(institution_id=home.institution_id, title=f"C {number}", is_published=True)
        part = Collection(institution_id=home.institution_id, title="P", is_published=True, parent_id=quinua.id)
        session.add_all([featured, part])
        session.flush()
        session.add(Featured(institution_id=home.institution_id, collection_id=featured.id, position=number))
        for place in range(number):
            made = factories.resource(session, title=f"Libro {number}-{place}")
            for each in (quinua, featured, part):
                session.add(CollectionItem(collection_id=each.id, resource_id=made.id, position=place))
        session.commit()

    put(8)  # of which the home page shows some on the shelf and others as the newest
    few = counted()
    for number in (4, 9, 10):
        put(number)
    assert counted() == few
    assert max(few) <= 13

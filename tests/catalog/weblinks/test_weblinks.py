"""An address as a material: pasted, read in a task, offered and never imposed, reviewed, opened, and mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from catalog import checks, library, review
from catalog.citing import exporting, references
from catalog.describing import description, editing
from catalog.library import Details
from catalog.models import Resource, ResourceState, WebLink, WebLinkState
from catalog.weblinks import addresses, following, lives, tasks, weblinks
from catalog.weblinks.asking import Life, Seen
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotAllowed
from lti.addresses import LOOPBACK
from lti.models import Person
from lti.viewers import Role, Viewer
from search.engine import Index
from tests import factories
from tests.lti.servers import Server, says

PAGE = b"""<html lang="es"><head><title>Riego por goteo en la sierra</title>
<meta name="description" content="C\xc3\xb3mo regar con poca agua."><meta name="author" content="Luis Mamani"></head>"""
DETAILS = Details(title="", language="", license="Derechos reservados")
URL = "https://riego.edu.pe/goteo"


def pasted(session: Session, who: Viewer, url: str = URL, details: Details = DETAILS) -> Resource:
    return weblinks.add(session, who, details, url)


def link_of(session: Session, resource: Resource) -> WebLink:
    return session.get_one(WebLink, resource.id, populate_existing=True)


def librarian_of(session: Session, person: Person) -> Viewer:
    platform = person.platform_id
    other = factories.person(session, librarian=True)
    other.institution_id, other.platform_id = person.institution_id, platform
    session.flush()
    return factories.viewer(session, Role.LIBRARIAN, by=other)


def test_its_page_is_read_and_offered_and_the_draft_handed_in(
    app: Flask, session: Session, teacher: Viewer, site: Server
) -> None:
    site.reply = says(PAGE, Content_Type="text/html")
    made = pasted(session, teacher, f"{site.url}/goteo")
    assert (made.title, made.state) == ("127.0.0.1/goteo", ResourceState.DRAFT)
    session.commit()

    tasks.read_weblink(made.id)

    session.expire_all()
    assert (made.title, made.language, made.state) == ("Riego por goteo en la sierra", "es", ResourceState.WAITING)
    assert (made.description, made.creators) == ("", [])  # offered, not imposed
    assert weblinks.offered(session, made)["creators"] == ["Luis Mamani"]
    assert weblinks.offered(session, made)["description"] == "Cómo regar con poca agua."
    assert link_of(session, made).state is WebLinkState.ALIVE


def test_what_was_typed_stays(app: Flask, session: Session, teacher: Viewer, site: Server) -> None:
    site.reply = says(PAGE, Content_Type="text/html")
    made = pasted(session, teacher, f"{site.url}/goteo", replace(DETAILS, title="Mi título", language="qu"))
    session.commit()
    tasks.read_weblink(made.id)
    session.expire_all()
    assert (made.title, made.language, made.state) == ("Mi título", "qu", ResourceState.WAITING)


def test_what_does_not_answer_is_handed_in_all_the_same_and_the_reviewer_told(
    app: Flask, session: Session, teacher: Viewer, rosa: Person, site: Server, index: Index
) -> None:
    site.reply = says(b"", status=404)
    made = pasted(session, teacher, f"{site.url}/goteo")
    session.commit()
    tasks.read_weblink(made.id)
    tasks.read_weblink(made.id)  # twice does no harm
    assert [each.command for each in site.asked] == ["GET"]
    session.expire_all()
    assert (made.title, made.state) == ("127.0.0.1/goteo", ResourceState.WAITING)
    found = checks.of(session, librarian_of(session, rosa), made, index)
    assert "La dirección a la que lleva no responde." in [str(each.sentence) for each in found]


def test_the_round_reads_what_no_task_was_sent_for(app: Flask, session: Session, teacher: Viewer, site: Server) -> None:
    site.reply = says(PAGE, Content_Type="text/html")
    made = pasted(session, teacher, f"{site.url}/goteo")
    session.commit()
    tasks.check_weblinks()
    session.expire_all()
    assert made.title == "Riego por goteo en la sierra"
    tasks.check_weblinks()
    assert len(site.asked) == 1


def test_the_same_address_again_leads_to_what_there_is(session: Session, teacher: Viewer) -> None:
    made = pasted(session, teacher)
    for url in ("http://www.riego.edu.pe/goteo/", f"{URL}?utm_source=x#y"):
        with pytest.raises(weblinks.AddressHeld) as held:
            pasted(session, teacher, addresses.clean(url))
        assert held.value.twin is made
    stranger = factories.viewer(session, Role.TEACHER)
    assert pasted(session, stranger).id != made.id  # a draft of somebody else is not told of


def test_nobody_has_us_call_servers_without_end(
    session: Session, teacher: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weblinks, "MOST_A_DAY", 2)
    for number in range(2):
        pasted(session, teacher, f"{URL}/{number}")
    with pytest.raises(Conflict):
        pasted(session, teacher, f"{URL}/3")


def test_the_address_follows_what_the_description_says(session: Session, teacher: Viewer) -> None:
    made = pasted(session, teacher)
    lives.note(link_of(session, made), Seen(Life.GONE, 404, "gone"))
    session.flush()
    said = description.of(made)

    editing.describe(session, teacher, made, replace(said, identifiers=("doi:10.1/x", f"{URL}/2")), seen=0)
    link = link_of(session, made)
    assert (link.url, link.tries, link.failure, link.state) == (f"{URL}/2", 0, "", WebLinkState.UNKNOWN)

    lives.note(link, Seen(Life.GONE, 404, "gone"))
    edit = editing.last_edit(session, made)
    editing.describe(session, teacher, made, replace(said, identifiers=(f"{URL}/2", "doi:10.1/x")), seen=edit)
    assert link_of(session, made).tries == 1  # the same address still

    edit = editing.last_edit(session, made)
    editing.describe(session, teacher, made, replace(said, identifiers=("doi:10.1/x",)), seen=edit)
    assert session.get(WebLink, made.id, populate_existing=True) is None


def test_imported_records_take_part_in_slow_rounds(app: Flask, session: Session) -> None:
    common = {"title": "Tesis", "state": ResourceState.PUBLISHED, "created_at": utcnow()}
    named = [[f"https://repo{number % 3}.edu.pe/{number}"] for number in range(7)] + [["doi:10.1/x"], []]
    rows = [{"record_id": f"oai:{number}", "identifiers": told, **common} for number, told in enumerate(named)]
    session.execute(insert(cast(Table, Resource.__table__)), rows)  # as an import writes them
    session.commit()
    tasks.ENROLLED_AT_ONCE, before = 2, tasks.ENROLLED_AT_ONCE
    try:
        tasks.enrol_weblinks()
        tasks.enrol_weblinks()
    finally:
        tasks.ENROLLED_AT_ONCE = before
    found = session.scalars(select(WebLink)).all()
    assert len(found) == 7
    assert all(utcnow() < each.due_at < utcnow() + following.SPREAD for each in found)
    assert not any(each.is_to_be_read for each in found)
    assert lives.due(session) == []


def test_a_citation_says_where_it_is(session: Session, teacher: Viewer) -> None:
    made = pasted(session, teacher, details=replace(DETAILS, title="Riego por goteo"))
    told = references.reference_of(made)
    assert (told["type"], told["URL"]) == ("webpage", URL)
    assert f"UR  - {URL}" in exporting.ris([told])
    assert f"url = {{{URL}}}" in exporting.bibtex([told])


def test_a_librarian_mends_what_is_dead(session: Session, teacher: Viewer, rosa: Person) -> None:
    made = pasted(session, teacher)
    librarian = librarian_of(session, rosa)
    review.submit(session, made)
    review.publish(session, librarian, made)
    link = weblinks.get_for_mending(session, librarian, made.id)
    assert weblinks.lead_to(session, librarian, link, f"{URL}/nueva") is not None
    assert made.identifiers == [f"{URL}/nueva"]
    link = weblinks.get_for_mending(session, librarian, made.id)
    assert weblinks.lead_to(session, librarian, link, f"{URL}/nueva") is None
    with pytest.raises(BadInput):
        weblinks.lead_to(session, librarian, link, "javascript:alert(1)")
    with pytest.raises(BadInput):
        weblinks.lead_to(session, librarian, link, "http://10.0.0.1/", LOOPBACK)
    with pytest.raises(NotAllowed):
        weblinks.get_for_mending(session, factories.viewer(session, Role.LIBRARIAN), made.id)


def test_it_is_checked_at_once_but_not_again_and_again(session: Session, teacher: Viewer) -> None:
    link = link_of(session, pasted(session, teacher))
    weblinks.check_now(session, link)
    link.checked_at = utcnow()
    with pytest.raises(Conflict):
        weblinks.check_now(session, link)
    link.checked_at = utcnow() - timedelta(minutes=2)
    weblinks.check_now(session, link)


def test_who_may_see_it_is_told_where_it_leads(session: Session, teacher: Viewer) -> None:
    made = pasted(session, teacher)
    way = weblinks.of(session, library.get(session, teacher, made.id))
    assert way is not None
    assert (way.url, way.host) == (URL, "riego.edu.pe")

"""Choosing contents in the practice LMS (deep linking) goes as in Moodle, with what it checks, keeps and drops."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
import requests
from lxml import html

from lrc.practice.chosen import CONTENT_ITEMS
from lrc.practice.state import TEXT
from lti import claims
from tests.campus import ASSISTANT, STUDENT, TEACHER, Campus, form_of, hidden_fields
from tests.practice.calling import Caller

FORM = {"id": "2", "as": "5", "tool": "1", "lang": "es"}
LINK: dict[str, Any] = {
    "type": "ltiResourceLink",
    "title": "Leer <b>gráficos</b>",
    "text": "Para empezar",
    "icon": {"url": "https://tool.example/i.png", "width": 48},
    "custom": {"lrc_kind": "resource", "lrc_id": "leer", "n": 5, "none": None},
    "lineItem": {"scoreMaximum": 20, "label": "x", "tag": "t", "resourceId": "r", "submissionReview": {"custom": {}}},
    "thumbnail": {"url": "https://tool.example/t.png"},
}


@pytest.fixture
def caller(campus: Campus) -> Caller:
    return Caller(campus)


def asked(campus: Campus) -> dict[str, Any]:
    """The message with which choosing begins."""
    return campus.message("/mod/lti/contentitem.php", FORM)


def returned(caller: Caller, *items: dict[str, Any], **changes: Any) -> requests.Response:
    """Post what a picker would."""
    address = asked(caller.campus)[claims.DEEP_LINKING]["deep_link_return_url"]
    token = caller.assertion(**({CONTENT_ITEMS: list(items)} | changes))
    return requests.post(address, {"JWT": token}, timeout=10)


def next_page(campus: Campus, answer: requests.Response) -> Any:
    """The page that the return leads the whole window to."""
    assert answer.status_code == 200, answer.text
    assert 'method="get"' in answer.text
    assert 'target="_top"' in answer.text
    page = requests.get(campus.lms.url + form_of(answer.text), params=hidden_fields(answer.text), timeout=10)
    assert page.status_code == 200, page.text
    return html.fromstring(page.text)


def save(campus: Campus, page: Any, **fields: str) -> requests.Response:
    [form] = [each for each in page.forms if each.method == "POST"]
    given = dict(form.fields) | fields
    return requests.post(campus.lms.url + form.action, given, timeout=10, allow_redirects=False)


def test_the_request_is_moodles(campus: Campus) -> None:
    message = asked(campus)
    assert message[claims.MESSAGE_TYPE] == "LtiDeepLinkingRequest"
    settings = message[claims.DEEP_LINKING]
    assert settings["deep_link_return_url"].startswith(
        f"{campus.lms.url}/mod/lti/contentitem_return.php?course=2&id=1&"
    )
    assert {name: settings[name] for name in settings if name != "deep_link_return_url"} == {
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["frame", "iframe", "window"],
        "accept_copy_advice": False,
        "accept_multiple": True,
        "accept_unsigned": False,
        "auto_create": False,
        "can_confirm": False,
        "title": "Biblioteca virtual",
        "text": "",
    }
    assert message[claims.PRESENTATION] == {"locale": "es"}
    assert "lineitem" not in message[claims.AGS]
    assert not {claims.RESOURCE_LINK, "nonexistent"} & message.keys()


def test_the_title_that_was_typed_is_sent(campus: Campus) -> None:
    message = campus.message("/mod/lti/contentitem.php", FORM | {"title": "Mi lectura"})
    assert message[claims.DEEP_LINKING]["title"] == "Mi lectura"


def test_the_picker_opens_over_the_form_in_a_bare_frame(campus: Campus) -> None:
    page = requests.get(f"{campus.lms.url}/course/modedit.php", FORM | {"choosing": "1"}, timeout=10)
    [frame] = html.fromstring(page.text).iter("iframe")
    assert (frame.get("width"), frame.get("height"), frame.get("sandbox"), frame.get("allow")) == (
        *("770", "579"),
        *(None, None),
    )


@pytest.mark.parametrize("changes", [{"as": STUDENT.sub}, {"as": ASSISTANT.sub}, {"role": "student"}])
def test_only_teachers_add(campus: Campus, changes: dict[str, str]) -> None:
    for path in ("/course/modedit.php", "/mod/lti/contentitem.php"):
        assert requests.get(campus.lms.url + path, FORM | changes, timeout=10).status_code == 403


def test_one_item_fills_the_form_which_is_still_to_be_saved(campus: Campus, caller: Caller) -> None:
    page = next_page(campus, returned(caller, LINK))
    before = len(campus.lms.store.state.activities)
    assert save(campus, page).status_code == 303
    assert len(campus.lms.store.state.activities) == before + 1
    [*_, made] = campus.lms.store.state.of_course("2")
    assert (made.title, made.description, made.icon) == ("Leer gráficos", "Para empezar", "https://tool.example/i.png")
    assert made.custom == {"lrc_kind": "resource", "lrc_id": "leer", "n": "5"}
    column = campus.lms.store.state.own_column(made.id)
    assert column is not None
    assert (column.label, column.maximum, column.tag, column.resource_id) == ("Leer gráficos", 20, "t", "r")
    assert column.review_url == ""
    launched = campus.claims(made.link_id)
    assert launched[claims.CUSTOM]["lrc_id"] == "leer"
    assert launched[claims.AGS]["lineitem"] == f"{caller.column(made.link_id)}?type_id=1"
    assert made.title in requests.get(f"{campus.lms.url}/course/view.php?id=2&as=4", timeout=10).text


def test_several_items_are_saved_with_one_button(campus: Campus, caller: Caller) -> None:
    page = next_page(campus, returned(caller, LINK, {"type": "ltiResourceLink", "title": "Otra"}))
    assert "calificación máxima: 20" in page.text_content()
    save(campus, page)
    [*_, one, other] = campus.lms.store.state.of_course("2")
    assert (one.title, other.title) == ("Leer gráficos", "Otra")
    assert campus.lms.store.state.own_column(other.id) is None


@pytest.mark.parametrize("maximum", [42.5, 200, 0])
def test_one_item_with_a_wrong_maximum_cannot_be_saved(campus: Campus, caller: Caller, maximum: float) -> None:
    page = next_page(campus, returned(caller, LINK | {"lineItem": {"scoreMaximum": maximum}}))
    refused = save(campus, page)
    assert refused.status_code == 422
    assert "entero entre 1 y 100" in refused.text
    assert save(campus, page, maximum="20").status_code == 303


def test_several_items_with_a_wrong_maximum_take_grades_and_throw_them_away(campus: Campus, caller: Caller) -> None:
    item = LINK | {"lineItem": {"scoreMaximum": 42.5}}
    save(campus, next_page(campus, returned(caller, item, item)))
    [*_, made] = campus.lms.store.state.of_course("2")
    column = campus.lms.store.state.own_column(made.id)
    assert column is not None
    assert (column.type, column.maximum) == (TEXT, 100)


@pytest.mark.parametrize(
    ("item", "title", "text", "url"),
    [
        ({"type": "link", "url": "https://example.org/x"}, "Biblioteca virtual", "", "https://example.org/x"),
        ({"type": "html", "html": "<p>Hola</p>"}, "Biblioteca virtual", "Hola", ""),
        ({"type": "file", "title": "F", "url": "https://tool.example/f"}, "F", "", "https://tool.example/f"),
    ],
)
def test_every_type_becomes_an_activity(
    campus: Campus, caller: Caller, item: dict[str, Any], title: str, text: str, url: str
) -> None:
    save(campus, next_page(campus, returned(caller, item)))
    [*_, made] = campus.lms.store.state.of_course("2")
    assert (made.title, made.description, made.url) == (title, text, url)
    assert campus.claims(made.link_id)[claims.TARGET_LINK_URI] == url or campus.settings.tool_url


@pytest.mark.parametrize(
    "changes", [{CONTENT_ITEMS: []}, {"https://purl.imsglobal.org/spec/lti-dl/claim/errormsg": "No"}]
)
def test_nothing_chosen_leads_back_to_the_form_without_a_word(
    campus: Campus, caller: Caller, changes: dict[str, Any]
) -> None:
    page = next_page(campus, returned(caller, **changes))
    [title] = page.xpath("//input[@name='title']")
    assert title.value == ""
    assert not page.xpath("//*[@role='alert']")


def test_what_moodle_does_not_check_is_not_checked(campus: Campus, caller: Caller) -> None:
    answer = returned(caller, LINK, aud="anybody", nonce="used", **{claims.DEPLOYMENT_ID: "99"})
    assert answer.status_code == 200


def test_the_issuer_must_be_the_client(campus: Campus, caller: Caller) -> None:
    answer = returned(caller, LINK, iss="other")
    assert "Consumer key is incorrect." in answer.text


def test_signature_session_and_reachable_keys_are_checked(campus: Campus, caller: Caller) -> None:
    address = asked(campus)[claims.DEEP_LINKING]["deep_link_return_url"]
    forged = jwt.encode({"iss": "biblioteca-de-practica"}, "x" * 32, "HS256", {"kid": "k"})
    assert requests.post(address, {"JWT": forged}, timeout=10).status_code == 400
    assert requests.post(address, {}, timeout=10).status_code == 400
    assert requests.post(f"{address}x", {"JWT": caller.assertion()}, timeout=10).status_code == 403
    campus.lms.quirks.blocks_keys = True
    assert requests.post(address, {"JWT": caller.assertion()}, timeout=10).status_code == 404


def test_an_activity_without_content_opens_the_tool(campus: Campus) -> None:
    page = html.fromstring(requests.get(f"{campus.lms.url}/course/modedit.php", FORM, timeout=10).text)
    assert save(campus, page, title="").status_code == 422
    assert save(campus, page, title="Sola").status_code == 303
    [*_, made] = campus.lms.store.state.of_course("2")
    assert campus.claims(made.link_id, TEACHER)[claims.TARGET_LINK_URI] == campus.settings.tool_url

"""Five thousand public attacks on what people write: in the browser that they are meant for, nothing of them is left.

All that they become is put into one page of Chromium, without and with our content security policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route

from lrc import richtext
from lrc.richtext import formulas, lessons, pieces, short, walls
from tests.chromium import launched
from tests.richtext.hostile import OURS, public
from tests.richtext.scenery import Scenery

AROUND = Scenery({"término": "<img src=x onerror=alert(1)> [x](javascript:alert(1))"})
ALLOWED = (lessons.ALLOWED, short.ALLOWED, pieces.PIECES, formulas.ALLOWED)
TAGS = sorted({tag for each in ALLOWED for tag in each.tags} | {"section", "dl", "dt", "dd", "dfn"})
ATTRIBUTES = sorted({name for each in ALLOWED for names in each.attributes.values() for name in names} | {"rel"})
_JUDGE = """([tags, names]) => [...document.querySelectorAll("article *")].flatMap(each => [
    ...(tags.includes(each.localName) ? [] : [each.localName]),
    ...[...each.attributes].filter(a => !names.includes(a.name)).map(a => `${each.localName} ${a.name}=${a.value}`),
    ...["href", "src"].filter(a => each.hasAttribute(a))
        .filter(a => !/^(https?|mailto):/.test(new URL(each.getAttribute(a), document.baseURI).href))
        .map(a => `${each.localName} ${a}=${each.getAttribute(a)}`),
])"""
_EAR = """window.heard = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = () => heard.push(name);
addEventListener("securitypolicyviolation", event => heard.push(event.blockedURI + " " + event.sample));"""
_PRESS = """for (const each of document.querySelectorAll("article *"))
    for (const name of ["mouseover", "focus", "toggle", "animationstart"]) each.dispatchEvent(new Event(name))"""


@dataclass
class Room:
    """A page of the browser, and what it asked the network for."""

    page: Page
    policy: str
    asked: list[str] = field(default_factory=list)

    def show(self, pieces: Iterable[str], *, has_policy: bool) -> tuple[list[str], list[str]]:
        """What in the HTML is not allowed, and what acted, once it is the body of a page."""
        body = "".join(f"<article>{each}</article>" for each in pieces)
        headers = {"Content-Security-Policy": self.policy} if has_policy else {}
        self.asked.clear()

        def answer(route: Route) -> None:
            self.asked.append(route.request.url)
            if route.request.is_navigation_request():
                route.fulfill(body=f"<!doctype html><title>x</title>{body}", content_type="text/html", headers=headers)
            else:
                route.fulfill(status=404)

        self.page.unroute_all()
        self.page.route("**/*", answer)
        self.page.goto("https://tool.example/study/")
        self.page.evaluate(_PRESS)
        found: list[str] = self.page.evaluate(_JUDGE, [TAGS, ATTRIBUTES])
        heard: list[str] = self.page.evaluate("heard")
        return found, heard


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


@pytest.fixture
def room(browser: Browser, app: Flask) -> Iterator[Room]:
    page = browser.new_page()
    page.add_init_script(_EAR)
    yield Room(page, app.test_client().get("/").headers["Content-Security-Policy"])
    page.close()


def attacks() -> Iterator[str]:
    """Each attack beside others, so that all are tried in little time, and some by themselves and in a formula."""
    listed = public()
    for start in range(0, len(listed), 25):
        yield "\n\n".join(listed[start : start + 25])
    yield from listed[::12]
    for each in listed[1::12]:
        line = " ".join(each.split()).replace("$", "").replace("}", "")
        yield rf"$\text{{{line}}}$ ![{line}](image:x) [[término|{line}]]"


def test_the_judge_hears_what_acts_and_sees_what_is_not_allowed(room: Room) -> None:
    attack = ["<img src=x onerror=alert(1)>", "<a href=javascript:alert(1)>x</a>"]
    found, heard = room.show(attack, has_policy=False)
    assert sorted(found) == ["a href=javascript:alert(1)", "img onerror=alert(1)"]
    assert "alert" in heard
    assert "alert" not in room.show(attack, has_policy=True)[1]


@pytest.mark.parametrize("has_policy", [False, True])
def test_nothing_acts_in_lessons_and_short_texts(room: Room, has_policy: bool) -> None:
    texts = [*public()[::20], *OURS] if has_policy else [*attacks(), *OURS]
    made = [str(lessons.render(each, AROUND).html) for each in texts]
    made += [str(richtext.render(each)) for each in [*public()[::20], *OURS]]
    assert room.show(made, has_policy=has_policy) == ([], [])
    # Images that an author may name by any name are asked for as what they are: an image of ours.
    assert {url for url in room.asked if not url.startswith("https://tool.example/study/")} == set()


@pytest.mark.parametrize(
    ("wall", "lists"),
    [
        (walls.bleach_wall, (lessons.ALLOWED, short.ALLOWED)),
        (walls.nh3_wall, (lessons.ALLOWED, short.ALLOWED, formulas.ALLOWED, pieces.PIECES)),
    ],
)
def test_each_wall_alone_stops_them_all(
    room: Room, wall: Callable[[str, walls.Allowed], str], lists: tuple[walls.Allowed, ...]
) -> None:
    made = [wall(each, allowed) for allowed in lists for each in [*public(), *OURS]]
    assert room.show(made, has_policy=False) == ([], [])

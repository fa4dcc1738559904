"""What the head of a page says: in any letters, of any make, and hostile ones too, in no time."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from catalog.weblinks import bounded
from catalog.weblinks.pages import said

PAGE = """<!doctype html><html lang="es-PE"><head>{head}<title>Riego por goteo en la sierra</title>
<meta name="description" content="Cómo regar con poca agua."></head><body><h1>Otro</h1></body></html>"""


def of(head: str, encoding: str = "utf-8", content_type: str = "text/html") -> dict[str, object]:
    return said(PAGE.format(head=head).encode(encoding), content_type)


def test_title_description_and_language_are_offered() -> None:
    assert of("") == {
        "title": "Riego por goteo en la sierra",
        "language": "es",
        "description": "Cómo regar con poca agua.",
    }


def test_what_scholarly_pages_say_comes_first() -> None:
    told = of(
        '<meta name="citation_title" content="El riego en los Andes">'
        '<meta name="citation_author" content="Quispe, Rosa"><meta name="citation_author" content="Mamani, Luis">'
        '<meta name="citation_publication_date" content="2019/05/02">'
        '<meta property="og:title" content="Revista"><meta name="keywords" content="riego, agua">'
    )
    assert told["title"] == "El riego en los Andes"
    assert (told["creators"], told["date"], told["subjects"]) == (
        ["Quispe, Rosa", "Mamani, Luis"],
        "2019",
        ["riego", "agua"],
    )


@pytest.mark.parametrize(
    ("encoding", "content_type", "head"),
    [
        ("utf-8", "text/html; charset=UTF-8", ""),
        ("latin-1", "text/html; charset=ISO-8859-1", ""),
        ("latin-1", "text/html", '<meta charset="iso-8859-1">'),
        ("utf-8", "text/html; charset=never-heard-of", ""),
        ("utf-8", "", '<meta charset="punycode">'),
        ("utf-16", "text/html", ""),
    ],
)
def test_letters_come_as_they_were_meant(encoding: str, content_type: str, head: str) -> None:
    assert of(head, encoding, content_type)["description"] == "Cómo regar con poca agua."


def test_a_page_that_was_cut_within_a_letter_is_read() -> None:
    assert said(PAGE.format(head="").encode() + "ñ".encode()[:1], "text/html; charset=utf-8")["language"] == "es"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "text/html"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<title>x</title>", "image/png"),
        (b"\x00\xff\xfe" * 100, "text/html"),
        (b"no markup at all", "text/html; charset=base64"),
    ],
)
def test_what_is_no_page_says_nothing(body: bytes, content_type: str) -> None:
    assert said(body, content_type) == {}


def test_hostile_titles_are_cut_and_cleaned() -> None:
    told = said(b"<title>\x00<script>alert(1)</script>\xe2\x80\xae evil" + b"x" * 5000 + b"</title>", "text/html")
    title = str(told["title"])
    assert len(title) <= 500
    assert title.isprintable()


@pytest.mark.parametrize(
    "body",
    [b"<b>" * 85_000, b"<" * 250_000, b"<meta name=a content=b>" * 11_000, b"&" * 250_000, b"<title>" * 36_000],
)
def test_pages_made_to_take_long_do_not(body: bytes) -> None:
    began = time.process_time()
    said(body, "text/html")
    assert time.process_time() - began < 3


def test_a_page_that_takes_long_is_left_unread_in_time() -> None:
    heavy = b"<title>Uno</title><meta " + b" ".join(b"%x" % each for each in range(52_000)) + b">"
    began = time.monotonic()
    assert bounded.said(heavy[: 256 * 1024], "text/html", replace(bounded.LIMITS, read_time_limit_s=1)) == {}
    assert time.monotonic() - began < 10
    assert bounded.said(b"<title>Riego por goteo</title>", "text/html") == {"title": "Riego por goteo"}
    assert bounded.said(b"", "text/html") == {}

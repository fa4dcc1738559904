"""How a book becomes its chapters."""

from __future__ import annotations

import zipfile

import pytest

from catalog.extract import epub
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable
from tests.catalog.extract import samples

XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{}</body></html>'


def sections(path):
    return [(section.label, section.text) for section in epub.read(path, Limits()).sections]


def test_chapters_come_in_the_order_of_the_spine_with_the_names_of_the_contents(tmp_path):
    chapters = {
        "z.xhtml": XHTML.format("<h1>I</h1><p>El ni&ntilde;o comi&oacute;.</p><p>Se fue &amp; volvió.</p>"),
        "a.xhtml": XHTML.format("<h2>El señor Dos</h2><p>Más</p>"),
    }
    nav = '<li><a href="z.xhtml#x">Capítulo <i>uno</i></a></li>'
    assert sections(samples.epub(tmp_path / "a.epub", chapters, nav=nav)) == [
        ("Capítulo uno", "I\n\nEl niño comió.\n\nSe fue & volvió."),
        ("El señor Dos", "El señor Dos\n\nMás"),
    ]


def test_the_contents_of_an_old_book_are_read_too(tmp_path):
    ncx = (
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>La señal</text></navLabel>'
        '<content src="a.xhtml"/></navPoint></navMap></ncx>'
    )
    path = samples.epub(
        tmp_path / "a.epub",
        {"a.xhtml": XHTML.format("<p>Texto</p>")},
        manifest='<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>',
        **{"OEBPS/toc.ncx": ncx},
    )
    assert sections(path) == [("La señal", "Texto")]


def test_a_chapter_as_long_as_a_book_is_cut_at_its_headings(tmp_path):
    part = "<h2>Parte {}</h2>" + "<p>Una frase que se repite muchas veces.</p>" * 200
    chapter = XHTML.format(part.format(1) + part.format(2))
    labels = [label for label, _ in sections(samples.epub(tmp_path / "a.epub", {"a.xhtml": chapter}))]
    assert labels == ["Parte 1", "Parte 2"]


def test_the_cover_is_the_picture_that_the_book_names(tmp_path):
    path = samples.epub(
        tmp_path / "a.epub",
        {"a.xhtml": XHTML.format("<p>Texto</p>")},
        manifest='<item id="c" href="c.png" media-type="image/png" properties="cover-image"/>',
        **{"OEBPS/c.png": samples.png()},
    )
    assert epub.read(path, Limits()).picture() == samples.png()


def test_entities_made_of_entities_are_a_bomb_and_plain_ones_are_left_out(tmp_path):
    laughs = samples.BILLION_LAUGHS + XHTML.format("<p>&l9;</p>")
    with pytest.raises(Unreadable) as refusal:
        sections(samples.epub(tmp_path / "a.epub", {"a.xhtml": laughs}))
    assert refusal.value.failure is Failure.ZIP_BOMB
    plain = '<!DOCTYPE html [<!ENTITY editor "Ñahuí">]>' + XHTML.format("<p>Hola.</p>")
    assert sections(samples.epub(tmp_path / "b.epub", {"a.xhtml": plain})) == [("", "Hola.")]


def test_chapters_under_a_lock_are_encrypted_and_fonts_do_not_matter(tmp_path):
    lock = (
        '<encryption><EncryptedData><CipherData><CipherReference URI="{}"/></CipherData></EncryptedData></encryption>'
    )
    chapters = {"a.xhtml": XHTML.format("<p>Texto</p>")}
    fonts = samples.epub(tmp_path / "a.epub", chapters, **{"META-INF/encryption.xml": lock.format("OEBPS/f.otf")})
    assert sections(fonts) == [("", "Texto")]
    locked = samples.epub(tmp_path / "b.epub", chapters, **{"META-INF/encryption.xml": lock.format("OEBPS/a.xhtml")})
    with pytest.raises(Unreadable) as refusal:
        sections(locked)
    assert refusal.value.failure is Failure.ENCRYPTED


def test_names_that_point_out_of_the_book_and_links_lead_nowhere(tmp_path):
    path = samples.epub(tmp_path / "a.epub", {"../../../etc/hostname": "x", "a.xhtml": XHTML.format("<p>Texto</p>")})
    link = zipfile.ZipInfo("OEBPS/b.xhtml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/hostname")
    assert sections(path) == [("", "Texto")]


def test_a_book_without_chapters_is_corrupt(tmp_path):
    with pytest.raises(Unreadable) as refusal:
        epub.read(samples.epub(tmp_path / "a.epub", {}), Limits())
    assert refusal.value.failure is Failure.CORRUPT

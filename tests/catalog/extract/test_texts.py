"""How plain text, Markdown and web pages become sections."""

from __future__ import annotations

import time

import pytest

from catalog.extract import markdown, plain, webpage
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable


def sections(module, path, content, limits=None):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [(section.label, section.text) for section in module.read(path, limits or Limits()).sections]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"])
def test_spanish_letters_survive_in_every_usual_encoding(path, encoding):
    words = "¿Cómo está el señor Núñez? — dijo." if encoding not in ("latin-1",) else "¿Cómo está el señor Núñez?"
    assert sections(plain, path, words.encode(encoding)) == [("", words)]


def test_one_broken_letter_does_not_spoil_the_others(path):
    [(_, text)] = sections(plain, path, ("ñandú " * 50).encode() + b"\xf1")
    assert text.startswith("ñandú ñandú")


def test_control_characters_and_nulls_go_and_letters_are_composed(path):
    [(_, text)] = sections(plain, path, "n\u0303andu\u0301\0 \x07uno\u200b\u00ad dos\r\n\r\n\r\ntres ﬁn")
    assert text == "ñandú uno dos\n\ntres fin"


def test_a_text_that_is_too_long_is_refused_before_it_is_read(path):
    with pytest.raises(Unreadable) as refusal:
        sections(plain, path, "x" * 201, Limits(max_text_bytes=100))
    assert refusal.value.failure is Failure.TOO_MUCH_TEXT


@pytest.mark.parametrize("content", ["  \n\t\n", "\ufeff\0\0"])
def test_nothing_but_blanks_is_empty(path, content):
    with pytest.raises(Unreadable) as refusal:
        sections(plain, path, content)
    assert refusal.value.failure is Failure.EMPTY


def test_a_line_without_end_is_cut_between_words(path):
    pages = [text for _, text in sections(plain, path, "palabra " * 2000)]
    assert len(pages) > 1
    assert set(" ".join(pages).split()) == {"palabra"}


MARKDOWN = """---
title: datos
---
# Guía de *Ñuñoa* #

Hola **mundo** y [enlace](http://x.pe "t") con `código`, nombre_de_variable y 2 * 3 * 4.
Sigue aquí. ![Un cóndor](c.png)<br>

- uno
  - [x] dos
1. tres

> citado

| País | Capital |
|------|:-------:|
| Perú | Lima |

```python
def año():
    return "# no es título"
```

Segunda
-------

***

[ref]: http://x.pe
Fin\\*
"""


def test_markdown_reads_as_text_and_its_code_stays_as_it_is(path):
    assert sections(markdown, path, MARKDOWN) == [
        (
            "Guía de Ñuñoa",
            "Guía de Ñuñoa\n\n"
            "Hola mundo y enlace con código, nombre_de_variable y 2 * 3 * 4. Sigue aquí. Un cóndor\n\n"
            "• uno\n• dos\n1. tres\n\ncitado\n\nPaís | Capital\nPerú | Lima\n\n"
            'def año():\n    return "# no es título"',
        ),
        ("Segunda", "Segunda\n\nFin*"),
    ]


@pytest.mark.parametrize(
    "evil", ["[" * 50_000, "*" * 50_000, "`" * 50_000, "<" * 50_000, "![](" * 20_000, "> " * 50_000]
)
def test_marks_without_end_take_no_time(path, evil):
    started = time.process_time()
    sections(markdown, path, f"hola {evil} fin")
    assert time.process_time() - started < 5


HTML = """<!DOCTYPE html><html><head><title>Página de Ñaña</title><style>p{}</style><script>x()</script></head><body>
<nav>Menú</nav><p>Introducción <b>fuer</b>te</p><h1>Título <em>uno</em></h1><p>Texto<br>con   salto</p>
<ul><li>Uno</li><li><p>Dos</p></li></ul><script>y()</script>
<table><tr><th>País</th><td><p>Perú</p></td></tr><tr><th>Año</th><td>2024</td></tr></table>
<h2>Sub</h2><div>suelto<div>dentro</div>después</div><pre>def f():
    return 1</pre><svg><text>no</text></svg></body></html>"""


def test_a_page_is_read_without_what_is_not_text(path):
    assert sections(webpage, path, HTML) == [
        ("Página de Ñaña", "Introducción fuerte"),
        ("Título uno", "Título uno\n\nTexto\ncon salto\n\n• Uno\n• Dos\n\nPaís | Perú\nAño | 2024"),
        ("Sub", "Sub\n\nsuelto\n\ndentro\n\ndespués\n\ndef f():\n    return 1"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        '<meta charset="iso-8859-1"><p>El señor Núñez'.encode("latin-1"),
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><p>El señor Núñez'.encode("cp1252"),
        '<?xml version="1.0" encoding="UTF-8"?><html><p>El señor Núñez'.encode(),
        '<meta charset="ascii"><p>El señor Núñez'.encode(),
        '<meta charset="no-such"><p>El señor Núñez'.encode("latin-1"),
        "<p>El señor Núñez".encode("utf-16"),
    ],
)
def test_the_encoding_of_a_page_is_believed_where_it_is_true(path, content):
    assert sections(webpage, path, content) == [("", "El señor Núñez")]


def test_old_pages_laid_out_with_tables_keep_their_headings(path):
    page = "<table><tr><td><h1>Uno</h1><p>a</p></td><td><h1>Dos</h1><p>b</p></td></tr></table>"
    assert [label for label, _ in sections(webpage, path, page)] == ["Uno", "Dos"]


def test_a_page_nested_deeply_is_read_and_one_without_end_does_no_harm(path):
    assert sections(webpage, path, "<div>" * 1_000 + "hola") == [("", "hola")]
    assert sections(webpage, path, "hola" + "<div>" * 100_000) == [("", "hola")]


def test_a_page_without_text_has_no_sections(path):
    assert sections(webpage, path, "<html><body><script>x</script></body></html>") == []

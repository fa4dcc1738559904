"""Lessons as authors write them: what comes out, what is said of what is wrong, and what a text names."""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup

from lrc.richtext import lessons
from lrc.richtext.lessons import Heading, Rendered, Trouble
from lrc.richtext.walls import REL
from tests.richtext.scenery import Scenery


def rendered(text: str, **glossary: str) -> Rendered:
    return lessons.render(text, Scenery({name.replace("_", " "): said for name, said in glossary.items()}))


def html(text: str, **glossary: str) -> str:
    """The HTML, without what is the same in every link."""
    return str(rendered(text, **glossary).html).replace(f' rel="{REL}"', "").strip()


def troubles(text: str) -> list[tuple[Trouble, int | None]]:
    return [(each.trouble, each.line) for each in rendered(text).problems]


def test_headings_begin_below_the_page_title_and_skip_no_level() -> None:
    found = rendered("# Uno *dos*\n\n### Tres\n\n# Uno dos\n\nOtro\n----\n\n###### Seis")
    assert found.headings == (
        Heading(2, "s-uno-dos", "Uno dos"),
        Heading(3, "s-tres", "Tres"),
        Heading(2, "s-uno-dos-2", "Uno dos"),
        Heading(3, "s-otro", "Otro"),
        Heading(4, "s-seis", "Seis"),
    )
    assert '<h2 id="s-uno-dos">Uno <em>dos</em></h2>' in found.html


def test_a_heading_without_words_is_none() -> None:
    assert rendered("#\n\n##  ").headings == ()


def test_links_lead_to_the_web_to_people_and_to_titles_of_the_lesson() -> None:
    made = html("# El cacao\n\n[a](https://www.gob.pe) [b](#el-cacao) [c](#El%20Cacao) <quien@unsa.edu.pe>")
    assert '<a href="https://www.gob.pe" target="_blank">a<span' in made
    assert '<a href="#s-el-cacao">b</a>' in made
    assert '<a href="mailto:quien@unsa.edu.pe">' in made


@pytest.mark.parametrize("address", ["/resources/1", "javascript:alert(1)", "//e.pe", "leccion.html", "ftp://e.pe/x"])
def test_a_link_elsewhere_is_left_as_words_and_told(address: str) -> None:
    assert "href" not in html(f"[aquí]({address})")
    assert troubles(f"uno\n\n[aquí]({address})") == [(Trouble.LINK, 3)]


def test_a_link_to_a_title_that_is_not_there_is_told() -> None:
    assert troubles("[aquí](#nada)") == [(Trouble.ANCHOR, 1)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Mira https://e.pe/a_b_c.", "https://e.pe/a_b_c"),
        ("(en http://e.pe/x_(y))", "http://e.pe/x_(y)"),
        ("**https://e.pe/**", "https://e.pe/"),
    ],
)
def test_a_bare_address_is_a_link_as_far_as_it_goes(text: str, address: str) -> None:
    assert f'<a href="{address}" target="_blank">{address}<span' in html(text)


def test_a_table_scrolls_by_itself_and_names_its_columns() -> None:
    made = html("| | A |\n|---|--:|\n| x | `a|b` |")
    assert made.startswith('<div aria-label="Tabla 1" class="table-scroll" role="group" tabindex="0"><table>')
    assert "<td></td>" in made
    assert '<th align="right" scope="col">A</th>' in made
    assert '<td align="right"><code>a|b</code></td>' in made


@pytest.mark.parametrize(
    ("word", "kind", "title"),
    [
        ("note", "note", "Nota"),
        ("nota", "note", "Nota"),
        ("consejo", "tip", "Consejo"),
        ("tip", "tip", "Consejo"),
        ("cuidado", "warning", "Cuidado"),
        ("Warning", "warning", "Cuidado"),
        ("ejemplo", "example", "Ejemplo"),
        ("example", "example", "Ejemplo"),
    ],
)
def test_boxes_have_spanish_and_english_names_and_say_what_they_are(word: str, kind: str, title: str) -> None:
    made = html(f'!!! {word} "Con *lejía*"\n    No.\n\n    - uno\n\nFuera')
    assert made.startswith(
        f'<div class="admonition {kind}" role="note">\n<p class="admonition-title">{title}: Con <em>'
    )
    assert made.endswith("</ul>\n</div>\n<p>Fuera</p>")
    assert f'<p class="admonition-title">{title}</p>' in html(f"!!! {word}\n    No.")


def test_a_box_of_an_unknown_kind_is_a_note_and_told() -> None:
    assert 'class="admonition note"' in html("!!! raro\n    x")
    assert troubles("!!! raro\n    x") == [(Trouble.ADMONITION, 1)]


def test_footnotes_lead_there_and_back() -> None:
    made = html("Uno[^a b] y dos[^2] y uno[^a b].\n\n[^a b]: Nota *uno*.\n[^2]: Nota dos.")
    places = re.findall(
        r'<sup id="(r-\d+)"><a aria-label="Nota (\d)" class="footnote-ref" href="#(n-\d+)">\2</a>', made
    )
    assert [(number, note == places[0][2]) for _, number, note in places] == [("1", True), ("2", False), ("1", True)]
    for place, _, note in places:
        assert f'<li id="{note}">' in made
        assert f'aria-label="Volver al texto" class="footnote-backref" href="#{place}"' in made


def test_code_is_shown_as_typed_wherever_it_stands() -> None:
    typed = "a < b && $x$ [[recurso:1]] ![](image:x) ***"
    assert "<pre><code>a &lt; b\n</code></pre>" in html("```python\na < b\n```")
    made = html(f"- uno\n\n    ~~~\n    {typed}\n    ~~~\n\n- dos")
    assert "$x$ [[recurso:1]] ![](image:x) ***" in made
    assert made.count("<li>") == 2
    assert "`$x$`" not in html("`$x$`")
    assert "<code>$x$</code>" in html("`$x$`")
    assert 'tabindex="0"' in html("```\n" + "x" * 60 + "\n```")


def test_code_that_is_not_closed_goes_to_the_end_and_is_told() -> None:
    assert "<code>uno\n\ndos\n</code>" in html("```\nuno\n\ndos")
    assert troubles("a\n\n```\nuno") == [(Trouble.UNCLOSED, 3)]


def test_fences_within_indented_code_are_code() -> None:
    assert "<code>```\nuno\n```\n</code>" in html("    ```\n    uno\n    ```")


def test_formulas_become_mathml_in_a_line_and_apart() -> None:
    found = rendered("Sea $x^2$.\n\n$$\n\\frac{a}{b}\n$$\n\n$$ y $$")
    assert '<p>Sea <math alttext="x^2"><msup><mi>x</mi><mn>2</mn></msup></math>.</p>' in found.html
    assert '<div class="formula"><math display="block" alttext="\\frac{a}{b}"><mfrac>' in found.html
    assert found.html.count('class="formula"') == 2
    assert found.has_maths
    assert not rendered("Sin fórmulas").has_maths


@pytest.mark.parametrize("text", ["Cuesta $5 y $10", "de US$ 3 a US$ 4", "$ 5 $", r"\$5\$", "`$x$`", "$5-$10"])
def test_prices_are_no_formulas(text: str) -> None:
    assert "<math" not in html(text)


def test_a_formula_that_cannot_be_read_is_shown_as_typed_and_told() -> None:
    assert html(r"a $\frac$ b") == r"<p>a <code>\frac</code> b</p>"
    assert troubles("uno\n\n$$\n\\frac\n$$") == [(Trouble.FORMULA, 3)]
    assert troubles(r"$\nada$") == [(Trouble.COMMAND, 1)]
    assert troubles("$$\nx\n\nfin") == [(Trouble.UNCLOSED, 1)]


def test_a_wide_formula_can_be_scrolled_by_keyboard() -> None:
    assert 'class="formula" tabindex="0" role="group" aria-label="Fórmula"' in html("$$" + "x+" * 40 + "y$$")


def test_images_have_words_sizes_and_captions() -> None:
    made = html('![Un *árbol* de $x$](image:mi_foto_1.png "Piura")')
    assert made == (
        '<figure><img src="/study/images/1/mi_foto_1.png" alt="Un *árbol* de x" width="640" height="480"'
        ' loading="lazy"><figcaption>Piura</figcaption></figure>'
    )
    assert '<p>En <img src="/study/images/1/a.png" alt="x"' in html("En ![x](image:a.png)")


def test_an_image_is_without_words_only_where_its_author_says_so() -> None:
    assert 'alt=""' in html("![decorativa](image:a.png)")
    made = rendered("uno\n\n![](image:a.png)")
    assert "<img" not in made.html
    assert "A la imagen «a.png» le falta su descripción" in made.html
    assert [(each.trouble, each.line, each.is_grave) for each in made.problems] == [(Trouble.NO_ALTERNATIVE, 3, True)]


def test_images_that_are_not_the_modules_are_words() -> None:
    assert "<img" not in html("![Foto](image:falta.png) ![Otra](https://e.pe/a.png)")
    assert "Foto (La imagen «falta.png» no está" in html("![Foto](image:falta.png)")
    assert [each for each, _ in troubles("![Foto](image:falta.png) ![Otra](https://e.pe/a.png)")] == [
        Trouble.NO_IMAGE,
        Trouble.FOREIGN_IMAGE,
    ]


def test_an_image_can_be_a_link() -> None:
    assert re.search(r'<a href="https://e.pe" target="_blank"><img [^>]+>', html("[![x](image:a.png)](https://e.pe)"))


def test_a_resource_is_a_card_at_its_page_or_second_and_within_a_paragraph_a_link() -> None:
    made = html("[[recurso:lrc:1/2 pagina=3]]\n\n[[recurso:b segundo=90]]\n\nVer [[recurso:c]].")
    assert '<p class="resource"><a href="/resources/7?page=3"><strong>Guía lrc:1/2</strong>' in made
    assert 'href="/resources/7?t=90"' in made
    assert '<p>Ver <a href="/resources/7?">Guía c</a>.</p>' in made
    assert '<span class="facts">PDF</span>' in made


def test_a_resource_that_is_gone_or_only_the_authors_is_told() -> None:
    found = rendered("[[recurso:falta]]\n\n[[recurso:mia]]")
    assert '<p class="missing">El material «falta» no está en la biblioteca' in found.html
    assert "Guía mia" in found.html
    assert [(each.trouble, each.line) for each in found.problems] == [
        (Trouble.NO_RESOURCE, 1),
        (Trouble.HIDDEN_RESOURCE, 3),
    ]


def test_terms_of_the_glossary_are_linked_where_they_first_stand() -> None:
    text = "# La media\n\n`media`: **La Media** y la media. Dos árboles binarios."
    made = html(text, media="El *promedio*, $\\bar{x}$", árbol_binario="Con dos hijos", moda="Otra")
    assert made.count('class="term"') == 2
    assert '<strong>La <a class="term" href="#g-1" id="t-1">Media</a></strong> y la media' in made
    assert '<a class="term" href="#g-2" id="t-2">árboles binarios</a>' in made
    assert '<dt id="g-1"><dfn>media</dfn></dt><dd>El <em>promedio</em>, <math' in made
    assert "moda" not in made
    assert '<h2 id="s-la-media">La media</h2>' in made


def test_a_term_is_linked_where_its_author_marks_it() -> None:
    made = html("La moda. Y [[moda]] o [[Moda|la más vista]].", moda="Lo que más se repite")
    assert "La moda. Y" in made
    assert '<a class="term" href="#g-1" id="t-1">moda</a> o <a class="term" href="#g-1">la más vista</a>' in made
    assert troubles("[[nada]]") == [(Trouble.TERM, 1)]
    assert html("[[nada]] y [[nada|algo]]") == "<p>nada y algo</p>"


def test_a_term_of_signs_is_linked_where_it_is_marked() -> None:
    found = lessons.render("[[¿Y si no?]]", Scenery({"¿y si  no?": "Lo contrario"}))
    assert found.problems == ()
    assert "<dfn>¿y si  no?</dfn>" in found.html


def test_the_words_are_what_is_read() -> None:
    text = (
        '# Uno\n\nDos *tres*[^1] $x^2$ ![cuatro](image:a "cinco").\n\n!!! nota "Seis"\n    siete\n\n'
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncódigo <b>\n```\n\n[[recurso:falta]]\n\n[^1]: ocho https://e.pe"
    )
    assert rendered(text).words == "Uno Dos tres x2 cuatro. Nota: Seis siete a b 1 2 código <b> ocho https://e.pe"


def test_raw_html_is_the_text_that_it_is() -> None:
    assert html("<b>a</b> &amp; <!-- c -->") == "<p>&lt;b&gt;a&lt;/b&gt; &amp; &lt;!-- c --&gt;</p>"


def test_prose_has_no_headings_footnotes_or_boxes_and_leaves_double_brackets() -> None:
    made = lessons.prose("# Uno\n\n[[hueco]] $x$ [^1] ![y](image:a)\n\n[^1]: no", Scenery({"hueco": "x"}))
    assert "<p><strong>Uno</strong></p>" in made
    assert "<p>[[hueco]] <math" in made
    assert "[^1]" in made
    assert "<img" in made
    assert isinstance(made, Markup)


def test_texts_are_rendered_anew_for_other_surroundings() -> None:
    text = "![x](image:falta.png) [[moda]]"
    assert "missing" in html(text)
    assert 'class="term"' in html(text, moda="Lo más visto")
    assert "Lo más visto" in html(text, moda="Lo más visto")
    assert "Otra cosa" in html(text, moda="Otra cosa")


def test_what_a_text_mentions_is_known_beforehand() -> None:
    found = lessons.mentions("![a](image:uno.png) ![b](<image:dos.png> 'x')\n[[recurso:lrc:1 pagina=2]] [[recurso:b]]")
    assert found.images == {"uno.png", "dos.png"}
    assert found.resources == {"lrc:1", "b"}


def test_line_breaks_of_every_system_are_line_breaks() -> None:
    assert html("a\r\n\r\nb\rc") == "<p>a</p>\n<p>b\nc</p>"


def test_the_mark_of_a_resource_can_be_copied_into_a_lesson() -> None:
    mark = lessons.resource_mark("oai:repositorio.unsa.edu.pe:20.500/123")
    assert 'class="resource"' in html(mark)
    assert lessons.resource_mark("dos palabras") == ""
    assert lessons.resource_mark("a]]b") == ""

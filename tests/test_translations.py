"""Everything that people read is marked for translation, and its English is there, whole."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from lrc import errors

ROOT = Path(__file__).parents[1]
ROOMS = ("lrc", "lti", "search", "catalog")
ENGLISH = ROOT / "lrc/translations/en/LC_MESSAGES/messages.po"
TEMPLATES = sorted(path for room in ROOMS for path in (ROOT / room).glob("**/templates/**/*.html"))
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).glob("**/*.py"))
KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None, "lazy_ngettext": (1, 2)}
"""What marks a sentence: the same as in the Makefile."""
PLACEHOLDER = re.compile(r"%\(\w+\)s")
WORDS = re.compile(r"[^\W\d_]+")
NOT_WORDS = frozenset({"lrc", "xxxx"})
"""What a template may show without translating it."""
DATE_FILTERS = ("dateformat", "datetimeformat", "timeformat")
READ_ATTRIBUTES = ("alt", "aria-label", "aria-description", "label", "placeholder", "title")
SIGNPOSTS = re.compile(r'\b(lang|aria-describedby|aria-invalid)="[^"]*"')
"""Attributes that a macro writes into somebody else's tag, so that they stand where text would."""
SENTENCE_LIKE = re.compile(r"^[^\W\d_a-z][a-záéíóúñ]|[¿¡áéíóúñü]|[^\W\d_]\s+[^\W\d_]")


def forms_of(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str) or text is None else tuple(text)


def places(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def extracted() -> set[tuple[str, ...]]:
    """The forms of every sentence in code and templates, as `make translations` finds them."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = (
        message
        for room in ROOMS
        for _, _, message, _, _ in extract_from_dir(ROOT / room, methods, options, keywords=KEYWORDS)
    )
    return {forms_of(each) for each in found}


def catalogue() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def translated(messages: Catalog) -> list[Message]:
    return [each for each in messages if each.id]


def test_every_sentence_is_in_the_english_catalogue_and_no_other() -> None:
    sentences, known = extracted(), {forms_of(each.id) for each in translated(catalogue())}
    assert len(sentences) > 100
    assert (sentences - known, known - sentences) == (set(), set()), "run `make translations`, then translate"


def test_every_sentence_has_its_english_one() -> None:
    messages = catalogue()
    assert [each.id for each in translated(messages) if not each.string or not all(forms_of(each.string))] == []
    assert [each.id for each in translated(messages) if each.fuzzy] == []
    assert list(messages.obsolete) == []


def test_plural_forms_and_placeholders_are_kept() -> None:
    wrong = [
        each.id
        for each in translated(catalogue())
        if [places(form) for form in forms_of(each.id)] != [places(form) for form in forms_of(each.string)]
    ]
    assert wrong == []


def test_no_sentence_holds_what_a_page_or_a_placeholder_would_misread() -> None:
    forms = [form for each in translated(catalogue()) for text in (each.id, each.string) for form in forms_of(text)]
    # In templates a sentence counts as safe HTML, and every sentence may be filled in with %: where it is for sure,
    # because it holds a value, %% says %.
    rest = [PLACEHOLDER.sub("", form).replace("%%", "" if places(form) else "%") for form in forms]
    assert [form for form, left in zip(forms, rest, strict=True) if re.search(r"[<>&]", form) or "%" in left] == []


def test_the_catalogue_names_nobody_and_no_machine() -> None:
    text = ENGLISH.read_text(encoding="utf-8")
    assert re.findall(r"\S+@\S+|FULL NAME|ORGANIZATION|(?:^|\s)/\w+/", text) == []


class Reader(HTMLParser):
    """Collects what a page would show or read out."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def handle_data(self, data: str) -> None:
        self.read.append(SIGNPOSTS.sub("", data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            is_sentence = name.startswith("data-") and not re.fullmatch(r"[a-z-]*", value or "")
            if name in READ_ATTRIBUTES or is_sentence:
                self.read.append(value or "")


def bare_words(template: str) -> list[str]:
    """Words in a template that people would see untranslated: as text, in an attribute, or inside an expression."""
    jinja = Environment(extensions=["jinja2.ext.i18n"])
    reader = Reader()
    reader.feed("".join(text for _, kind, text in jinja.lex(template) if kind == "data"))
    reader.close()
    words = [word for text in reader.read for word in WORDS.findall(text) if word.lower() not in NOT_WORDS]
    return words + list(bare_constants(jinja.parse(template)))


def bare_constants(tree: nodes.Template) -> Iterator[str]:
    """Texts inside expressions that look like a sentence, markup of icons and patterns of dates aside."""
    marking = (nodes.Name("_", "load"), nodes.Name("ngettext", "load"))
    calls = [call for call in tree.find_all(nodes.Call) if call.node in marking]
    patterns = [text for each in tree.find_all(nodes.Filter) if each.name in DATE_FILTERS for text in each.args]
    settled = {id(text) for each in calls for text in each.find_all(nodes.Const)} | {id(text) for text in patterns}
    for text in tree.find_all(nodes.Const):
        if id(text) not in settled and isinstance(text.value, str) and not text.value.startswith("<"):
            yield from [text.value] if SENTENCE_LIKE.search(text.value) else []


def test_no_template_says_a_word_outside_of_a_translation() -> None:
    assert len(TEMPLATES) > 15
    found = {path.name: bare_words(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ('<p>{{ _("Hola") }}</p><a href="x" class="y" {% if z %}lang="es"{% endif %}>—</a>', []),
        ("<p>{{ name }} vino</p>", ["vino"]),
        ('<button aria-label="Más {{ _("grande") }}">+</button>', ["Más"]),
        ('<form data-lost="Se cortó" data-zoom="out"></form>', ["Se", "cortó"]),
        ('{{ moment|dateformat("d MMM y") }}{{ "Dos palabras"|upper }}', ["Dos palabras"]),
        ('{{ name or "Docente" }}{{ "two words" }}{{ "search.home" }}', ["Docente", "two words"]),
    ],
)
def test_a_bare_word_is_noticed(template: str, words: list[str]) -> None:
    assert bare_words(template) == words


def bare_sentences(code: str) -> Iterator[str]:
    """Texts handed as they are to people's eyes: flashed, or raised as a refusal, without being translated."""
    refusals = {name for name, value in vars(errors).items() if isinstance(value, type)}
    for call in (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name == "flash" or name in refusals:
            said = call.args[:1] + [each.value for each in call.keywords if each.arg == "advice"]
            yield from (ast.unparse(each) for each in said if isinstance(each, (ast.Constant, ast.JoinedStr)))


def test_no_code_says_a_sentence_that_is_not_marked() -> None:
    found = {str(path): list(bare_sentences(path.read_text(encoding="utf-8"))) for path in MODULES}
    assert {path: sentences for path, sentences in found.items() if sentences} == {}


def hidden_marks(code: str) -> Iterator[str]:
    """Functions that mark sentences, imported under a name that `make translations` does not look for."""
    imports = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom))
    for name in (name for each in imports if each.module == "flask_babel" for name in each.names):
        called = name.asname or name.name
        is_found = called == name.name in KEYWORDS or (called == "_" and name.name in ("gettext", "lazy_gettext"))
        if name.name.endswith("gettext") and not is_found:
            yield called


def test_no_module_hides_its_sentences_behind_another_name() -> None:
    found = {str(path): list(hidden_marks(path.read_text(encoding="utf-8"))) for path in MODULES}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("from flask_babel import gettext as _, lazy_gettext, lazy_ngettext, format_date as day", []),
        ("from flask_babel import lazy_gettext as _l", ["_l"]),
        ("from flask_babel import ngettext as _", ["_"]),
        ("def f():\n    from flask_babel import lazy_pgettext", ["lazy_pgettext"]),
    ],
)
def test_a_hidden_mark_is_noticed(code: str, names: list[str]) -> None:
    assert list(hidden_marks(code)) == names


def test_a_bare_sentence_is_noticed() -> None:
    assert list(bare_sentences('flash("Hola")\nraise NotFound(advice=f"Ve a {x}")')) == ["'Hola'", "f'Ve a {x}'"]
    assert list(bare_sentences('flash(_("Hola"))\nraise NotFound(detail="no row")')) == []

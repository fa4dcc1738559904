"""Questions as students type them find the right page, and what is offered instead is written as in the texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from search.documents import Document, Hit, Page, Query, Results
from search.engine import Index

EVERYONE = frozenset({"everyone"})
Ask = Callable[[str], Results]
Shelve = Callable[..., Ask]


@pytest.fixture
def shelve(index: Index) -> Shelve:
    """Puts documents on an empty shelf and returns how to ask it."""

    def shelving(*documents: Document) -> Ask:
        index.rebuild(documents)
        return lambda text: index.search(Query(text, EVERYONE))

    return shelving


def book(record_id: str, title: str, *pages: str | tuple[str, str]) -> Document:
    """A document; a page is its text, or its label and its text."""
    labelled = [("", page) if isinstance(page, str) else page for page in pages]
    numbered = [Page(number, text, label) for number, (label, text) in enumerate(labelled, 1)]
    return Document(record_id, record_id, title, pages=numbered)


def only(results: Results) -> Hit:
    (hit,) = results.hits
    return hit


def marks(hit: Hit) -> Sequence[str]:
    return [run for run, is_match in hit.snippet.runs if is_match]


FIELD = "La chacra descansa un año y el suelo se recupera con habas y tarwi, que fijan nitrógeno."


def test_the_page_that_answers_comes_before_the_table_of_contents(shelve: Shelve) -> None:
    contents = "Contenido\nRotar cultivos .... 2\nRegar de noche .... 3\nGuardar semillas .... 4"
    pages = [f"Al rotar los cultivos de cada parcela. {FIELD}", f"Conviene regar de noche. {FIELD}"]
    ask = shelve(book("manual", "Manual", contents, *pages))
    assert only(ask("regar de noche")).page == 3
    assert only(ask("rotar cultivos")).page == 2
    # What only the table names is not lost without a word: its page can still be read, but nothing there answers.
    assert ask("guardar semillas ").total == 0


def test_the_page_whose_heading_names_it_comes_before_one_that_mentions_it_more_often(shelve: Shelve) -> None:
    mentions = ("Herramientas", f"Con la poda se usan tijeras; tras la poda, cera. {FIELD}")
    ask = shelve(book("frutales", "Cuidar frutales", mentions, ("La poda", f"La poda se hace en agosto. {FIELD}")))
    assert only(ask("poda")).page == 2


def test_what_only_a_heading_says_is_found(shelve: Shelve) -> None:
    ask = shelve(book("datos", "Datos de una chacra", ("Germinación", "Lote 4: 92 de 100")))
    assert only(ask("germinacion")).page == 1


def test_a_heading_that_repeats_the_title_tells_nothing_of_its_page(shelve: Shelve) -> None:
    cover = ("Guía del compost", f"Para empezar. {FIELD}")
    ask = shelve(book("guia", "Guía del compost", cover, ("Problemas", f"El compost frío. {FIELD}")))
    assert only(ask("compost problemas")).page == 2
    assert only(ask("compost")).page == 2


@pytest.mark.parametrize(
    ("typed", "marked"),
    [("email", "e-mail"), ("20w50", "20W-50"), ("20W-50", "20W-50"), ("autoevaluacion", "auto-evaluación")],
)
def test_what_hyphens_part_is_found_as_one_word(shelve: Shelve, typed: str, marked: str) -> None:
    text = "Envía un e-mail al taller y pide el 20W-50; luego haz tu auto-evaluación."
    hit = only(shelve(book("taller", "Taller", text))(typed))
    assert hit.page == 1
    assert "".join(marks(hit)).replace(" ", "") in (marked, marked.replace("-", ""))


def test_a_word_typed_in_two_is_found(shelve: Shelve) -> None:
    ask = shelve(book("a", "Datos", "Una videollamada gasta mucho."), book("b", "Prácticas preprofesionales", "Ley"))
    found = ask("video llamada")
    assert (only(found).record_id, found.searched_for) == ("a", ())
    assert only(ask("pre profesional")).record_id == "b"


def test_numbers_are_not_joined(shelve: Shelve) -> None:
    ask = shelve(book("a", "Copias", "La regla 3-2-1 y la del 32"), book("b", "Otros", "El 321 es impar"))
    assert [hit.record_id for hit in ask("321").hits] == ["b"]
    assert only(ask("3 2")).record_id == "a"


@pytest.mark.parametrize(
    ("typed", "instead"),
    [("coneccion", "conexión"), ("ensallo", "ensayo"), ("ravia", "rabia"), ("ostigamiento", "hostigamiento")],
)
def test_what_is_said_alike_comes_before_what_is_written_alike(shelve: Shelve, typed: str, instead: str) -> None:
    near = "La colección de ensaladas de la radio y el castigamiento"
    ask = shelve(book("near", "Otros", near), book("said", "Aquí", "Ensayo, conexión, rabia y hostigamiento"))
    found = ask(f"{typed} ")
    assert (only(found).record_id, found.searched_for) == ("said", (instead,))


def test_a_short_word_is_no_misspelling_of_one_that_begins_otherwise(shelve: Shelve) -> None:
    ask = shelve(book("a", "Imágenes", "La foto y la moto"), book("b", "Residuos", "Aceite usado"))
    found = ask("boto aceite")
    assert (only(found).record_id, found.searched_for) == ("b", ())


def test_n_typed_for_enye_is_no_misspelling(shelve: Shelve) -> None:
    ask = shelve(book("a", "Tanques", "Dos caños llenan el tanque"), book("b", "Medicina", "Los casos raros"))
    found = ask("canos")
    assert (only(found).record_id, found.searched_for) == ("a", ())


def test_a_little_word_alone_is_sought_in_titles_and_between_quotes_only(shelve: Shelve) -> None:
    ask = shelve(book("title", "De la sierra", "Papa nativa"), book("text", "Papa", "La papa de la costa"))
    assert [hit.record_id for hit in ask("de").hits] == ["title"]
    assert only(ask('"papa de la costa"')).record_id == "text"


def test_a_title_tells_first_how_a_word_is_written(shelve: Shelve) -> None:
    files = [book(f"file{n}", f"Hoja {n}", "Abre estadistica.csv") for n in range(3)]
    text = "La estadística y la Estadística con una cosecha"
    ask = shelve(*files, Document("title", "title", "Estadística descriptiva", description=text))
    assert ask("estadisticadescriptiva").searched_for == ("estadística descriptiva",)


def test_what_is_offered_is_written_as_in_the_texts(shelve: Shelve) -> None:
    text = "TECNOLOGÍA para todos: la tecnología cambia."
    ask = shelve(book("a", "Tecnología", text), book("b", "Peces", "El tiburón"))
    assert ask("tecnolojia").searched_for == ("tecnología",)
    assert ask("tecnoxogxja ").suggestion == "tecnología"
    assert ask("tiburxyz ").suggestion == "tiburón"


def test_how_others_write_a_word_is_not_told(shelve: Shelve) -> None:
    hidden = Document("1", "hidden", "Análisis", audience="context:9", pages=[Page(1, "análisis y más análisis")])
    ask = shelve(hidden, book("seen", "Apuntes", "Un analisis sin tilde"))
    assert ask("analisys").searched_for == ("analisis",)


@pytest.mark.parametrize("typed", ["xilófono", "pitágoras ", "mes ", "zanahoria"])
def test_what_is_far_from_the_word_typed_is_not_offered(shelve: Shelve, typed: str) -> None:
    ask = shelve(book("a", "Varios", "El teléfono, las picaduras, el pez y la zampoña"))
    assert ask(typed) == Results()


def test_words_of_which_any_question_is_made_count_little(shelve: Shelve) -> None:
    chatter = f"Qué hago, qué puedo hacer y cómo hacerlo si me toca. Puedo hacer poco. {FIELD}"
    ask = shelve(
        book("chatter", "Charlas", chatter), book("answer", "Primeros auxilios", f"Si hay quemadura... {FIELD}")
    )
    assert ask("que puedo hacer si hay una quemadura").hits[0].record_id == "answer"
    assert ask("que puedo hacer").hits[0].record_id == "chatter"


@pytest.mark.parametrize(("typed", "other"), [("papa", "paper"), ("papas", "papers"), ("forma", "former")])
def test_a_word_of_ours_is_no_form_of_an_english_one(shelve: Shelve, typed: str, other: str) -> None:
    ask = shelve(book("ours", f"La {typed}", FIELD), book("english", f"The {other}", f"A {other} and a {other}."))
    assert only(ask(typed)).record_id == "ours"


def test_the_page_that_holds_the_words_together_comes_before_one_that_scatters_them(shelve: Shelve) -> None:
    apart = f"La matriz del riego. {FIELD} La matriz otra vez y, al final, la consistencia del barro."
    together = f"Se llama matriz de consistencia. {FIELD} Se lee en horizontal, de izquierda a derecha."
    hit = only(shelve(book("tesis", "Investigar", apart, together))("matriz de consistencia"))
    assert (hit.page, list(hit.other_pages)) == (2, [1])


def test_repeating_the_title_makes_no_page_the_better_answer(shelve: Shelve) -> None:
    repeats = f"Este ensayo es un ensayo sobre el ensayo; su tesis va aquí. {FIELD}"
    answers = f"La tesis se formula así: una tesis se puede discutir. El ensayo la defiende. {FIELD}"
    hit = only(shelve(book("guia", "Escribir un ensayo", repeats, answers))("tesis ensayo"))
    assert (hit.page, list(hit.other_pages)) == (2, [1])


def test_a_page_with_all_the_words_comes_before_one_that_repeats_some(shelve: Shelve) -> None:
    repeats = "Aceite, aceite y más aceite para el motor; el motor pide aceite, y el aceite se cambia."
    ask = shelve(book("moto", "Mecánica", repeats, f"{FIELD} El filtro, el motor y el aceite."))
    assert only(ask("aceite del motor y filtro")).page == 2


def test_words_between_quotes_are_found_on_a_page_that_is_not_the_best(shelve: Shelve) -> None:
    best = "Agua de río y mar. Mar, agua, mar, agua: del mar el agua, y del agua el mar."
    ask = shelve(book("mar", "Costas", best, f"Se habla del agua de mar. {FIELD}"), book("other", "Agua y mar", FIELD))
    hit = ask('"agua de mar"').hits[0]
    assert (hit.record_id, hit.page) == ("mar", 2)


@pytest.mark.parametrize("typed", ["zzzzqqq", "qqqzzz", "xkcd", "asdfgh"])
def test_letters_without_sense_find_nothing(shelve: Shelve, typed: str) -> None:
    ask = shelve(book("orden", "La orden shq y otras", "Se escribe shq, ssk, sk o skq; también qs y ks."))
    found = ask(typed)
    assert found.total == 0
    assert found.suggestion == ""


@pytest.mark.parametrize(("typed", "first", "never"), [("comanda", "Comandos", "x"), ("casos", "Caso", "Casa")])
def test_genders_are_kin_where_they_are_of_one_word(shelve: Shelve, typed: str, first: str, never: str) -> None:
    ask = shelve(book("a", "Casa de adobe"), book("b", "Caso de estudio"), book("c", "Comandos del sistema"))
    titles = [hit.title.text for hit in ask(f"{typed} ").hits]
    assert titles[0].startswith(first)
    assert not any(title.startswith(never) for title in titles)


def test_other_words_tell_which_correction_was_meant(shelve: Shelve) -> None:
    books = [book(str(number), "Gesto de la mano") for number in range(5)]
    ask = shelve(*books, book("text", "Funciones de texto"), book("other", "Funciones"))
    assert ask("funciones de gexto ").hits[0].record_id == "text"


def test_a_misspelling_that_somebody_made_before_does_not_hide_the_word(shelve: Shelve) -> None:
    books = [book(str(number), "Fotosíntesis") for number in range(40)]
    ask = shelve(*books, book("wrong", "Otro", "fotosintezis"), book("right", "Fotosíntesis de las plantas andinas"))
    found = ask("fotosintezis andinas ")
    assert (found.hits[0].record_id, found.also) == ("right", ("fotosíntesis",))
    assert ask("fotosintezis ").total == 1


@pytest.mark.parametrize("typed", ["basededatos", "bibliotecavirtual"])
def test_words_run_together_are_parted(shelve: Shelve, typed: str) -> None:
    ask = shelve(book("a", "Base de datos"), book("b", "Biblioteca virtual"), book("c", "Trans si cin"))
    assert ask(f"{typed} ").total == 1
    assert ask("transsicin ").total == 0

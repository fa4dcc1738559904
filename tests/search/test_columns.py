"""What a segment's columns tell: where words stand, values of facets, numbers, the order of titles."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from search.documents import Document, Page
from search.whoosh_index import columns
from search.whoosh_index.index import WhooshIndex
from search.whoosh_index.reading import SegmentFiles


def files_of(folder: Path, *documents: Document) -> SegmentFiles:
    index = WhooshIndex(folder)
    index.write(documents)
    return index._current().segments[0].files


def places(files: SegmentFiles, field: str, word: str) -> dict[int, list[int]]:
    """Unit -> where in its title or text the word stands."""
    number = files.words.find(word)
    if number < 0:
        return {}
    kept_as = "stop" if field == "text" and files.words.stop_at[number] >= 0 else field
    ids, offsets, told = files.positions(int(getattr(files.words, f"{kept_as}_at")[number]))
    return {unit: told[offsets[n] : offsets[n + 1]].tolist() for n, unit in enumerate(ids.tolist())}


def test_places_count_all_words_of_a_text_and_of_a_title(tmp_path: Path) -> None:
    one = Document("1", "r1", "El riego de la chacra", description="Riego por goteo: el riego del surco")
    other = Document("2", "r2", "Surco", description="Del surco")
    files = files_of(tmp_path, one, other)
    assert places(files, "title", "riego") == {0: [1]}
    assert places(files, "title", "de") == {0: [2]}
    assert places(files, "text", "riego") == {0: [0, 4]}
    assert places(files, "text", "goteo") == {0: [2]}
    assert places(files, "text", "por") == {0: [1]}
    assert places(files, "text", "del") == {0: [5], 1: [0]}
    assert places(files, "text", "surco") == {0: [6], 1: [1]}
    assert places(files, "text", "nada") == {}


def test_stop_words_of_texts_are_kept_for_phrases_alone(tmp_path: Path) -> None:
    words = files_of(tmp_path, Document("1", "r1", "Trigo", description="de la chacra")).words
    number = words.find("de")
    assert (words.title_at[number], words.text_at[number], words.counts[number]) == (-1, -1, 0)
    assert words.stop_at[number] >= 0


def test_what_a_hyphen_joins_stands_where_its_first_part_does(tmp_path: Path) -> None:
    files = files_of(tmp_path, Document("1", "r1", "Libro", description="Un e-mail y otro email por e-mail"))
    assert places(files, "text", "email") == {0: [1, 5, 7]}
    assert places(files, "text", "e") == {0: [1, 7]}
    assert places(files, "text", "mail") == {0: [2, 8]}
    assert places(files, "text", "otro") == {0: [4]}


def test_names_stand_in_the_text_of_their_document_apart_from_each_other(tmp_path: Path) -> None:
    document = Document(
        "1", "r1", "Aves", description="Sin nido", creators=["Clorinda Matto", "Ana Paz"], subjects=["Novela peruana"]
    )
    files = files_of(tmp_path, document)
    found = [places(files, "text", word)[0][0] for word in ("nido", "novela", "peruana", "clorinda", "matto", "ana")]
    assert [later - earlier for earlier, later in pairwise(found)] == [3, 1, 3, 1, 3]


def test_words_of_creators_and_subjects_are_told_apart(tmp_path: Path) -> None:
    document = Document("1", "r1", "Aves sin nido", creators=["Clorinda Matto"], subjects=["Novela"])
    files = files_of(tmp_path, Document("0", "r0", "Matto y la novela"), document)
    for field, word, absent in (("creator", "matto", "novela"), ("subject", "novela", "matto")):
        at = getattr(files.words, f"{field}_at")
        assert files.postings(int(at[files.words.find(word)]))[0].tolist() == [1]
        assert at[files.words.find(absent)] == -1


def test_labels_of_pages_stand_after_their_texts(tmp_path: Path) -> None:
    pages = [Page(1, "surco"), Page(2, "surco de papa", "El riego por goteo")]
    files = files_of(tmp_path, Document("1", "r1", "Chacra", pages=pages))
    (riego,) = places(files, "text", "riego")[2]
    (goteo,) = places(files, "text", "goteo")[2]
    assert (riego > 3, goteo - riego) == (True, 2)


def test_places_beyond_the_short_ones_are_kept_too(tmp_path: Path) -> None:
    text = "grano " * 40_000 + "de trigo"
    files = files_of(tmp_path, Document("1", "r1", "Granos", pages=[Page(1, text)]))
    assert places(files, "text", "trigo") == {1: [40_001]}
    assert places(files, "text", "de") == {1: [40_000]}
    assert len(places(files, "text", "grano")[1]) == 40_000


def test_facets_tell_the_values_of_each_document_and_of_pages_none(tmp_path: Path) -> None:
    one = Document("1", "r1", "Uno", language="es-PE", subjects=["Artes > Danza", "Agro"], pages=[Page(1, "x")])
    files = files_of(tmp_path, one, Document("2", "r2", "Dos", audience="institution:7"), Document("3", "r3", "Tres"))
    language, subject, audience = (files.facet(name) for name in ("language", "subject", "audience"))
    assert language.offsets is None
    assert [language.values[code] if code >= 0 else "" for code in language.codes.tolist()] == ["es", "", "", ""]
    assert subject.offsets is not None
    assert subject.offsets.tolist() == [0, 3, 3, 3, 3]
    assert sorted(subject.values[code] for code in subject.codes.tolist()) == ["Agro", "Artes", "Artes > Danza"]
    assert list(subject.values) == sorted(subject.values)
    assert audience.codes.tolist() == [0, -1, 1, 0]
    assert list(audience.values) == ["everyone", "institution"]


def test_numbers_are_those_of_heads(tmp_path: Path) -> None:
    document = Document(
        "1", "r1", "Uno", date="c. 1998", added=5, uses=3, size_bytes=2**40, revision=4, pages=[Page(1, "x")]
    )
    files = files_of(tmp_path, document)
    told = {name: files.numbers(name).tolist() for name in ("year", "added", "uses", "size", "revision")}
    assert told == {"year": [1998, 0], "added": [5, 0], "uses": [3, 0], "size": [2**40, 0], "revision": [4, 0]}


def test_titles_come_in_the_order_of_the_spanish_alphabet(tmp_path: Path) -> None:
    titles = ["Oso", "¡Ñandú!", "nuez", "Álamo", "alamo", "Zorro", "Nido"]
    files = files_of(tmp_path, *(Document(str(n), f"r{n}", title) for n, title in enumerate(titles)))
    order = np.argsort(files.title_order, kind="stable").tolist()
    assert [titles[n] for n in order] == ["Álamo", "alamo", "Nido", "nuez", "¡Ñandú!", "Oso", "Zorro"]
    assert files.title_order[3] == files.title_order[4]
    assert files.folded_titles[int(files.title_order[6])] == "nido"


@pytest.mark.parametrize("left", [0, 5, -1])
def test_a_file_of_arrays_that_was_cut_off_is_refused(tmp_path: Path, left: int) -> None:
    path = tmp_path / "some.arrays"
    with columns.writing(path) as arrays:
        arrays.add("numbers", np.arange(3), np.arange(2))
        arrays.add_texts("names", [b"uno", "ñandú".encode()])
    opened = columns.Columns(path)
    assert opened["numbers"].tolist() == [0, 1, 2, 0, 1]
    assert list(opened.texts("names")) == ["uno", "ñandú"]
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(ValueError, match="cut off"):
        columns.Columns(path)

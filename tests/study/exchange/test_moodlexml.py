"""Moodle XML as Moodle writes it, old and new: every kind, images, what is told of the rest, hostile files."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from lrc.errors import BadFile
from lrc.study.content import Choice, Choices, Gaps, Matching, Numeric, Ordering, Quiz, Short, TrueFalse
from lrc.study.exchange import banks, moodlewriting, moodlexml
from lrc.study.exchange.reports import Imported

PNG = b"\x89PNG\r\n\x1a\n" + b"una imagen"
FILE = b64encode(PNG).decode()
HEAD = "<questiontext format='html'><text>¿Qué?</text></questiontext>"

BANK = r"""<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<question type="category"><category><text>$course$/top/Unidad 1/Sierra</text></category></question>
<question type="multichoice">
  <name><text>Una</text></name>
  <questiontext format="html"><text><![CDATA[<p>¿Qué <strong>crece</strong> aquí?<br>
   <img src="@@PLUGINFILE@@/mi%20papa.png" alt="Una papa"></p><ul><li>Mira</li></ul>]]></text>
   <file name="mi papa.png" path="/" encoding="base64">BYTES</file></questiontext>
  <generalfeedback format="html"><text>&lt;p&gt;Vale &amp;ntilde;am\(x_1^2\)&lt;/p&gt;</text></generalfeedback>
  <defaultgrade>2.5</defaultgrade><penalty>0.25</penalty>
  <single>true</single><shuffleanswers>0</shuffleanswers>
  <correctfeedback format="html"><text>Respuesta correcta</text></correctfeedback>
  <incorrectfeedback format="html"><text>Mira otra vez la foto.</text></incorrectfeedback>
  <answer fraction="100" format="html"><text>La papa</text><feedback><text>Sí.</text></feedback></answer>
  <answer fraction="-33.33333" format="plain_text"><text>El *mango*</text></answer>
  <hint format="html"><text>Hace frío.</text></hint><hint format="html"><text>Mucho.</text></hint>
  <tags><tag><text>papa</text></tag></tags>
</question>
<question type="multichoice"><name><text>Varias</text></name>HEAD<single>false</single>
  <shuffleanswers>true</shuffleanswers>
  <answer fraction="50"><text>a</text></answer><answer fraction="50"><text>b</text></answer></question>
<question type="truefalse"><name><text>Cierta</text></name>HEAD
  <answer fraction="0"><text>false</text><feedback><text>No.</text></feedback></answer>
  <answer fraction="100"><text>true</text><feedback><text>Sí.</text></feedback></answer></question>
<question type="truefalse"><name><text>Antigua</text></name>HEAD
  <answer fraction="0"><text>Verdadero</text></answer><answer fraction="100"><text>Falso</text></answer></question>
<question type="shortanswer"><name><text>Corta</text></name>HEAD<usecase>1</usecase>
  <answer fraction="100"><text>Lim*</text></answer><answer fraction="80"><text>lima</text></answer></question>
<question type="numerical"><name><text>Número</text></name>HEAD
  <answer fraction="100"><text>2.5</text><tolerance>0.1</tolerance></answer>
  <answer fraction="0"><text>*</text><feedback><text>Mal.</text></feedback></answer>
  <units><unit><multiplier>1</multiplier><unit_name>kg</unit_name></unit>
  <unit><multiplier>1000</multiplier><unit_name>g</unit_name></unit></units>
  <unitgradingtype>1</unitgradingtype><unitpenalty>0.1</unitpenalty></question>
<question type="matching"><name><text>Parejas</text></name>HEAD<shuffleanswers>true</shuffleanswers>
  <subquestion format="html"><text>Puno</text><answer><text>Titicaca</text></answer></subquestion>
  <subquestion format="html"><text>Junín</text><answer><text>Chinchaycocha</text></answer></subquestion>
  <subquestion format="html"><text></text><answer><text>Amazonas</text></answer></subquestion></question>
<question type="ordering"><name><text>Orden</text></name>HEAD<gradingtype>ALL_OR_NOTHING</gradingtype>
  <selecttype>ALL</selecttype>
  <answer fraction="1"><text>Sembrar</text></answer><answer fraction="2"><text>Regar</text></answer></question>
<question type="cloze"><name><text>Huecos</text></name><questiontext format="html"><text><![CDATA[<p>La capital es
  {1:SHORTANSWER:=Lima#Bien~%50%Callao~*#No}, su altura {1:NM:=154:2} m, su río el
  {1:MULTICHOICE_V:=R&iacute;mac~Santa~Santa \} Clara}.</p>]]></text></questiontext></question>
<question type="gapselect"><name><text>Elegir</text></name><questiontext format="html"><text>El [[2]] nada.</text>
  </questiontext><defaultgrade>1</defaultgrade>
  <selectoption><text>gato</text><group>1</group></selectoption>
  <selectoption><text>pato</text><group>1</group></selectoption></question>
<question type="essay"><name><text>Ensayo</text></name>HEAD</question>
<question type="description"><name><text>Aviso</text></name>HEAD</question>
<question type="calculated"><name><text>Cuenta</text></name>HEAD</question>
<question type="stack"><name><text>Rara</text></name>HEAD</question>
</quiz>
""".replace("HEAD", HEAD).replace("BYTES", FILE)


@pytest.fixture(scope="module")
def bank() -> Imported:
    return moodlexml.read(BANK.encode())


def named(bank: Imported, name: str) -> Any:
    return next(each for each in bank.questions if each.name == name)


def test_every_kind_comes_in_and_its_pool(bank: Imported) -> None:
    kinds = [Choice, Choices, TrueFalse, TrueFalse, Short, Numeric, Matching, Ordering, Gaps, Gaps]
    assert [type(each) for each in bank.questions] == kinds
    assert bank.pools == ("Unidad 1 / Sierra",)


def test_html_becomes_markdown_with_its_images_and_formulas(bank: Imported) -> None:
    question = named(bank, "Una")
    assert question.text == "¿Qué **crece** aquí?  \n![Una papa](image:mi-papa.png)\n\n- Mira"
    assert bank.images == {"mi-papa.png": PNG}
    assert question.feedback == "Vale ñam$x_1^2$"
    assert [(each.text, each.fraction) for each in question.options] == [
        ("La papa", 1.0),
        (r"El \*mango\*", -0.3333333),
    ]
    assert (question.points, question.shuffle, question.hint) == (2.5, False, "Hace frío.\n\nMucho.")


def test_true_and_false_are_told_apart_by_their_words_or_in_old_files_by_their_order(bank: Imported) -> None:
    assert (named(bank, "Cierta").is_true, named(bank, "Cierta").if_false) == (True, "No.")
    assert not named(bank, "Antigua").is_true


def test_numbers_have_margins_and_units(bank: Imported) -> None:
    question = named(bank, "Número")
    assert [(each.value, each.tolerance) for each in question.answers] == [(2.5, 0.1)]
    assert [(each.name, each.factor) for each in question.units] == [("kg", 1.0), ("g", 0.001)]
    assert question.needs_unit


def test_gaps_are_typed_or_chosen(bank: Imported) -> None:
    question = named(bank, "Huecos")
    assert question.text == "La capital es [[1]], su altura [[2]] m, su río el [[3]]."
    assert [(each.text, each.fraction, each.feedback) for each in question.gaps[0].answers] == [
        ("Lima", 1.0, "Bien"),
        ("Callao", 0.5, ""),
        ("*", 0.0, "No"),
    ]
    assert question.gaps[2].choices == ("Rímac", "Santa", "Santa } Clara")
    assert question.points == 3.0
    chosen = named(bank, "Elegir")
    assert (chosen.text, chosen.gaps[0].choices, chosen.gaps[0].answers[0].text) == (
        "El [[1]] nada.",
        ("gato", "pato"),
        "pato",
    )


def test_pairs_and_order(bank: Imported) -> None:
    assert named(bank, "Parejas").others == ("Amazonas",)
    assert [each.text for each in named(bank, "Orden").items] == ["Sembrar", "Regar"]
    assert named(bank, "Orden").all_or_nothing


def test_what_was_not_kept_is_told_with_its_question_and_line(bank: Imported) -> None:
    told = [(each.question, str(each.sentence)) for each in bank.report]
    assert {name for name, _sentence in told} == {"Una", "Número", "Huecos", "Ensayo", "Aviso", "Cuenta", "Rara"}
    assert len([name for name, _sentence in told if name == "Una"]) == 3  # penalty, tags, the comment on errors
    assert any("margen" in sentence for name, sentence in told if name == "Huecos")
    assert next(each.line for each in bank.report if each.question == "Una") == 4


def test_what_we_write_has_what_moodle_reads(bank: Imported) -> None:
    written = moodlewriting.write(Quiz("q", "x", questions=bank.questions), bank.images).data.decode()
    for expected in (
        "<category><text>$course$/top/Unidad 1/Sierra</text></category>",
        '<file name="mi-papa.png" path="/" encoding="base64">',
        "<single>false</single>",
        '<question type="gapselect">',
        "{1:SHORTANSWER:=Lima#&lt;p&gt;Bien&lt;/p&gt;~%50%Callao~*#".replace("&", "&amp;"),
        "<multiplier>1000</multiplier><unit_name>g</unit_name>",
        "<gradingtype>ALL_OR_NOTHING</gradingtype>",
    ):
        assert expected in written


ENTITY = (
    "<!DOCTYPE quiz [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    "<quiz><question type='truefalse'><name><text>&x;</text></name></question></quiz>"
)
LAUGHS = "".join(f"<!ENTITY {chr(98 + n)} '&{chr(97 + n)};&{chr(97 + n)};'>" for n in range(9))


@pytest.mark.parametrize(
    "data",
    [
        b"<quiz><question type='truefalse'>",
        b"<quiz></quiz>",
        f"<!DOCTYPE l [<!ENTITY a 'ja'>{LAUGHS}]><quiz>&j;<question/></quiz>".encode(),
        b"<?xml version='1.0'?>" + b"<a>" * 5000,
    ],
)
def test_a_file_that_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(BadFile):
        banks.read(data, "banco.xml")


def test_no_entity_reaches_a_file_of_the_server() -> None:
    assert "root:" not in repr(moodlexml.read(ENTITY.encode()))


def test_a_file_in_other_letters_than_it_says_is_read() -> None:
    data = BANK.replace("Parejas", "Parejas ñ").encode("cp1252")
    assert named(moodlexml.read(data), "Parejas ñ").pairs


def test_images_inside_the_text_itself_are_lifted_out() -> None:
    text = f'&lt;img src="data:image/png;base64,{FILE}" alt="Papa"&gt;' + " " * 10
    data = f"<quiz><question type='shortanswer'><questiontext><text>{text}</text></questiontext>"
    data += "<answer fraction='100'><text>papa</text></answer></question></quiz>"
    read = moodlexml.read(data.encode())
    assert (read.questions[0].text, read.images) == ("![Papa](image:imagen.png)", {"imagen.png": PNG})

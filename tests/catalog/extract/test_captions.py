"""Captions: cues out of WebVTT and SubRip, passages with their time, clean WebVTT; nothing of what is hostile stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.extract import captions
from catalog.extract.captions import Cue
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable

VTT = """WEBVTT - clase

NOTE de quien los hizo

STYLE
::cue { background: url(http://example.com/x) }

intro
00:01.000 --> 00:04.500 align:start position:10%
<v Rosa Quispe>Hola a <b>todos</b> &amp; todas.

00:00:05,250 --> 00:00:08.000
La quinua crece
en la <c.yellow>puna</c>.
"""
SRT = (
    "\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\n{\\an8}<font color=red>Primero</font>\r\n\r\n"
    "2\r\n01:02:03,5 --> 01:02:04,000\r\nSegundo\r\n"
)


def cue(start_s: float, text: str) -> Cue:
    return Cue(start_s, start_s + 2, text)


def test_webvtt_becomes_cues_without_markup_notes_and_styles():
    assert captions.parse(VTT) == [
        Cue(1.0, 4.5, "Rosa Quispe: Hola a todos & todas."),
        Cue(5.25, 8.0, "La quinua crece\nen la puna."),
    ]


def test_subrip_becomes_cues_too():
    assert captions.parse(SRT) == [Cue(1.0, 2.0, "Primero"), Cue(3723.5, 3724.0, "Segundo")]


def test_cues_are_put_in_the_order_of_time_and_none_ends_before_it_begins():
    found = captions.parse("00:00:09.000 --> 00:00:01.000\nDespués\n\n00:00:02.000 --> 00:00:03.000\nAntes")
    assert [(each.start_s, each.end_s, each.text) for each in found] == [(2.0, 3.0, "Antes"), (9.0, 9.5, "Después")]


@pytest.mark.parametrize("text", ["", "WEBVTT", "WEBVTT\n\nNOTE nada", "hola", "00:01.000 --> 00:02.000\n<b></b>"])
def test_a_file_without_cues_is_refused(text):
    with pytest.raises(Unreadable) as refusal:
        captions.parse(text)
    assert refusal.value.failure is Failure.NO_CUES


def test_passages_last_about_half_a_minute_and_are_labelled_with_their_time():
    cues = [cue(200 + 3 * number, f"Frase {number}.") for number in range(30)]
    sections = list(captions.passages(cues))
    assert [(each.label, each.start_s) for each in sections] == [
        ("3:20", 200.0), ("3:44", 224.0), ("4:08", 248.0), ("4:32", 272.0)
    ]  # fmt: skip
    assert sections[1].text == "Frase 8. Frase 9. Frase 10. Frase 11. Frase 12. Frase 13. Frase 14. Frase 15."


def test_a_passage_without_an_end_of_sentence_is_cut_all_the_same():
    sections = list(captions.passages([cue(5 * number, f"y {number}") for number in range(20)]))
    assert [each.start_s for each in sections] == [0.0, 40.0, 80.0]


def test_lines_that_machines_repeat_are_told_once():
    rolling = [cue(0, "hola a"), cue(2, "hola a\ntodos los"), cue(4, "todos los\nque leen")]
    assert [each.text for each in captions.passages(rolling)] == ["hola a todos los que leen"]


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00"), (205.9, "3:25"), (3805, "1:03:25")])
def test_places_are_written_as_players_do(seconds, said):
    assert captions.clock(seconds) == said


def test_what_is_kept_is_clean_webvtt():
    kept = captions.to_vtt(captions.parse(VTT + "\n00:10.000 --> 00:11.000\n&lt;script>alert(1)&lt;/script> --&gt; x"))
    assert kept.startswith("WEBVTT\n\n00:00:01.000 --> 00:00:04.500\nRosa Quispe: Hola a todos &amp; todas.\n")
    assert "STYLE" not in kept
    assert "<script" not in kept
    assert kept.count("-->") == 3
    assert captions.parse(kept)[:2] == captions.parse(VTT)


@settings(max_examples=40)
@given(st.text(alphabet=" \n:.,->0123459WEBVTTáñ<>&{}\\v", max_size=300))
def test_whatever_stands_between_cues_does_no_harm(text):
    found = captions.parse(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n\n00:03.000 --> 00:04.000\nFin")
    assert all(0 <= each.start_s < each.end_s for each in found)
    again = captions.parse(captions.to_vtt(found))
    assert len(again) == len(found)


@pytest.mark.parametrize(
    "hostile", ["<" * 200_000, "<v " * 100_000, "{\\" * 100_000, " " * 300_000, "1\n" * 100_000, "00:" * 100_000]
)
def test_hostile_captions_take_no_time(hostile):
    began = time.process_time()
    captions.parse(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{hostile}\n\n00:03.000 --> 00:04.000\nFin")
    assert time.process_time() - began < 2


@pytest.mark.parametrize("hostile", ["<v" + " " * 1_900, " " * 1_900 + "x"])
def test_many_cues_of_hardly_more_than_blanks_take_no_time(hostile):
    cues = "\n\n".join(f"00:01.000 --> 00:02.000\n{hostile}" for _ in range(900))
    began = time.process_time()
    captions.parse(f"WEBVTT\n\n{cues}\n\n00:03.000 --> 00:04.000\nFin")
    assert time.process_time() - began < 2


def test_too_many_cues_are_refused(monkeypatch):
    monkeypatch.setattr(captions, "MOST_CUES", 10)
    with pytest.raises(Unreadable) as refusal:
        captions.parse("\n\n".join(f"00:{number:02}.000 --> 00:{number:02}.500\nx" for number in range(12)))
    assert refusal.value.failure is Failure.TOO_MUCH_TEXT


def test_captions_by_themselves_are_read_as_passages(tmp_path):
    (tmp_path / "a.srt").write_bytes(SRT.encode("utf-16"))
    contents = captions.read(tmp_path / "a.srt", Limits())
    assert [(each.label, each.text) for each in contents.sections] == [("0:01", "Primero"), ("1:02:03", "Segundo")]
    assert contents.about().duration_s == 3724.0

"""Recordings: told apart by what is in them, their length, and no way out of them."""

from __future__ import annotations

import socket

import pytest

from catalog.extract import recordings
from catalog.extract.kinds import Kind, detect
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable
from tests.catalog.extract import recorded

MADE = {
    "a.mp3": (Kind.MP3, recorded.mp3, {}),
    "a.mp4": (Kind.MP4, recorded.mp4, {}),
    "b.mp4": (Kind.M4A, recorded.mp4, {"handler": b"soun"}),
    "a.m4a": (Kind.M4A, recorded.mp4, {"handler": b"soun", "brand": b"M4A "}),
    "c.mp4": (Kind.MP4, recorded.mp4, {"brand": b"M4A "}),
    "a.mov": (Kind.MP4, recorded.mp4, {"brand": b"qt  "}),
    "a.ogg": (Kind.OGG, recorded.ogg, {}),
    "a.webm": (Kind.WEBM, recorded.webm, {}),
    "b.webm": (Kind.WEBA, recorded.webm, {"codec": b"A_OPUS"}),
}


@pytest.mark.parametrize("name", MADE)
def test_a_recording_tells_its_kind_and_its_length_whatever_it_is_called(tmp_path, name):
    kind, make, how = MADE[name]
    path = make(tmp_path / "x.txt", 65, **how)
    contents = recordings.read(path, Limits())
    assert contents.kind is kind
    assert contents.about().duration_s == pytest.approx(65, abs=0.2)
    assert [(each.text, each.start_s) for each in contents.sections] == [("", 0.0)]


def test_what_phones_may_not_play_is_said(tmp_path):
    odd = recordings.read(recorded.webm(tmp_path / "a", codec=b"V_MPEG4/ISO/ASP"), Limits()).about()
    assert odd.findings == [{"code": "codec", "where": []}]
    assert recordings.read(recorded.webm(tmp_path / "b"), Limits()).about().findings == []


def test_a_film_that_names_an_address_calls_nobody(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.mp4"
        recordings.read(recorded.mp4(tmp_path / "a", brand=b"qt  ", reference=address), Limits())
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_film_that_names_another_file_does_not_tell_of_it(tmp_path):
    recorded.mp4(tmp_path / "secret.mp4", 99)
    for reference in ("secret.mp4", f"file://{tmp_path}/secret.mp4"):
        found = recordings.read(recorded.mp4(tmp_path / "a", 7, brand=b"qt  ", reference=reference), Limits())
        assert found.about().duration_s == 7


@pytest.mark.parametrize(
    "content", [b"ID3\x04" + bytes(60), b"OggS" + bytes(500), b"\0\0\0\x14ftypisom" + b"\xff" * 99]
)
def test_what_only_looks_like_a_recording_is_refused(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(Unreadable) as refusal:
        recordings.read(tmp_path / "a", Limits())
    assert refusal.value.failure is Failure.CORRUPT


def test_pictures_in_the_container_of_films_are_none(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100))
    with pytest.raises(Unreadable) as refusal:
        detect(tmp_path / "a.mp4", ".mp4")
    assert refusal.value.failure is Failure.UNKNOWN_KIND

"""Reading a file in a child process: what it brings home, and that nothing in a file can hurt who asked."""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import psutil
import pytest
from PIL import Image

from catalog.reading import Failure, Limits, PageText, Unreadable, read
from lrc import typesetting
from tests.catalog.extract import recorded, samples

SPANISH = "La fotosíntesis es el proceso por el que las plantas del señor Núñez transforman la luz en alimento."
MIB = 1024 * 1024


def quietly(done: int, total: int) -> None:
    """Progress that nobody looks at."""


def reading_of(path: Path, **limits: int):
    return read(path, name=path.name, limits=Limits(**limits), on_progress=quietly)


def failure_of(path: Path, **limits: int) -> Failure:
    with pytest.raises(Unreadable) as refusal:
        reading_of(path, **limits)
    return refusal.value.failure


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def wait_for_child(of: int | None = None) -> psutil.Process:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for child in psutil.Process(of).children():
            try:
                if "catalog.extract.child" in child.cmdline() and _is_bounded(child):
                    return child
            except psutil.NoSuchProcess:
                continue
        time.sleep(0.02)
    raise AssertionError("no child was started")


def _is_bounded(child: psutil.Process) -> bool:
    return child.rlimit(psutil.RLIMIT_CORE) == (0, 0) and child.rlimit(psutil.RLIMIT_AS)[0] != resource.RLIM_INFINITY


@pytest.fixture
def endless(tmp_path):
    """A file whose first byte never comes."""
    os.mkfifo(tmp_path / "endless.pdf")
    return tmp_path / "endless.pdf"


def test_a_pdf_comes_home_with_pages_language_and_pictures(tmp_path):
    path = samples.pdf(tmp_path / "a.pdf", [SPANISH.replace("las plantas", "las\nplantas"), "Segunda página"])
    reading = reading_of(path)
    assert reading.media_type == "application/pdf"
    assert reading.language == "es"
    assert reading.pages == [PageText(1, "", SPANISH), PageText(2, "", "Segunda página")]
    assert Image.open(io.BytesIO(reading.cover)).size == (339, 480)
    assert Image.open(io.BytesIO(reading.thumbnail)).size == (57, 80)
    assert len(reading.thumbnail) <= 2048


def test_what_a_file_says_of_itself_comes_home_too(tmp_path):
    page = "<html><head><title>Guía de riego</title></head><body><img src=a.png><p>El agua del río.</p></body></html>"
    about = reading_of(written(tmp_path / "a.html", page)).about
    assert about.offered["title"] == "Guía de riego"
    assert about.findings == [{"code": "no_alternative", "where": [1]}, {"code": "no_language", "where": []}]
    wrong = reading_of(written(tmp_path / "b.html", f"<html lang='en'><title>Guía de riego</title><p>{SPANISH}"))
    assert wrong.about.offered["language"] == "es"
    assert wrong.about.findings == [{"code": "wrong_language", "where": []}]
    film = reading_of(recorded.mp4(tmp_path / "a.mp4", 65))
    assert (film.media_type, film.about.duration_s, film.pages) == ("video/mp4", 65.0, [PageText(1, "", "", 0.0)])


def test_the_name_only_tells_apart_kinds_of_text(tmp_path):
    path = samples.pdf(tmp_path / "a", [SPANISH])
    assert read(path, name="a.md", limits=Limits(), on_progress=quietly).media_type == "application/pdf"
    path = written(tmp_path / "b", f"# Título\n\n{SPANISH}")
    reading = read(path, name="../ñ\udcff b.MD", limits=Limits(), on_progress=quietly)
    assert (reading.media_type, reading.pages[0].label) == ("text/markdown", "Título")


def test_null_bytes_in_a_text_are_left_out(tmp_path):
    assert reading_of(written(tmp_path / "a.txt", SPANISH.replace(" ", " \0"))).pages[0].text == SPANISH


def test_progress_is_told_and_ends_with_the_whole(tmp_path):
    told = []
    path = samples.pdf(tmp_path / "a.pdf", [SPANISH] * 40)
    read(path, name="a.pdf", limits=Limits(), on_progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (40, 40)
    assert all(done <= total for done, total in told)


def test_what_progress_raises_ends_the_reading_at_once(endless, monkeypatch):
    monkeypatch.setattr("catalog.reading.ALIVE_EVERY_S", 0.0)

    def lose_the_claim(done: int, total: int) -> None:
        assert (done, total) == (0, 0)
        raise LookupError("another has taken it up")

    servers = psutil.Process().children()  # of other tests
    with pytest.raises(LookupError):
        read(endless, name="a.pdf", limits=Limits(), on_progress=lose_the_claim)
    assert psutil.Process().children() == servers


HOSTILE = {
    Failure.EMPTY: lambda path: written(path, b""),
    Failure.UNKNOWN_KIND: lambda path: written(path, bytes(range(256)) * 64),
    Failure.ENCRYPTED: samples.encrypted_pdf,
    Failure.NO_TEXT: samples.scanned_pdf,
    Failure.TOO_MANY_PAGES: lambda path: samples.pdf(path, ["x"] * 10_000),
    Failure.ZIP_BOMB: lambda path: samples.docx(path, "<w:p/>" * 10_000_000),
    Failure.CORRUPT: lambda path: written(path, samples.pdf(path, ["x"] * 50).read_bytes()[:1500]),
    Failure.OUT_OF_MEMORY: samples.exploding_pdf,
}


@pytest.mark.parametrize("failure", HOSTILE)
def test_what_cannot_be_read_ends_as_the_right_failure(tmp_path, failure):
    assert failure_of(HOSTILE[failure](tmp_path / "a.pdf"), read_memory_bytes=400 * MIB) is failure


def test_a_pdf_without_pages_is_corrupt(tmp_path):
    assert failure_of(samples.pdf(tmp_path / "a.pdf", [])) is Failure.CORRUPT


def test_a_billion_laughs_are_refused_inside_any_archive(tmp_path):
    document = f"{samples.BILLION_LAUGHS}<w:document {samples.WORD}>&l9;</w:document>"
    assert failure_of(samples.docx(tmp_path / "a.docx", document)) is Failure.ZIP_BOMB


def test_a_part_whose_header_lies_is_a_bomb(tmp_path):
    path = samples.docx(tmp_path / "a.docx", "<w:p/>" * 1_000_000)
    assert failure_of(samples.lying(path, "word/document.xml", 300)) is Failure.ZIP_BOMB


def test_the_parent_keeps_small_while_a_child_explodes(tmp_path):
    before = psutil.Process().memory_info().rss
    peak_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    path = samples.exploding_pdf(tmp_path / "a.pdf")
    assert failure_of(path, read_memory_bytes=400 * MIB) is Failure.OUT_OF_MEMORY
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < max(before, peak_before) + 60 * MIB


@pytest.mark.parametrize("content", ["ñ" * 3_000, "palabra\n\n" * 1_000])
def test_too_much_text_is_refused_while_it_is_read(tmp_path, content):
    assert failure_of(written(tmp_path / "a.txt", content), max_text_bytes=4_000) is Failure.TOO_MUCH_TEXT


def test_pages_are_counted_also_where_no_file_says_how_many(tmp_path):
    text = "\n\n".join(f"# Capítulo {number}\n\nTexto" for number in range(30))
    assert failure_of(written(tmp_path / "a.md", text), max_pages=20) is Failure.TOO_MANY_PAGES


def test_a_reading_that_waits_forever_is_ended(endless):
    servers = psutil.Process().children()  # of other tests
    started = time.monotonic()
    assert failure_of(endless, read_time_limit_s=1) is Failure.OUT_OF_TIME
    assert time.monotonic() - started < 20
    assert psutil.Process().children() == servers


def test_a_reading_that_calculates_forever_is_ended(tmp_path):
    path = samples.endless_pdf(tmp_path / "a.pdf")
    assert failure_of(path, read_time_limit_s=1, read_memory_bytes=2048 * MIB) is Failure.OUT_OF_TIME


@pytest.mark.parametrize(
    ("with_signal", "failure"),
    [
        (signal.SIGSEGV, Failure.CRASHED),
        (signal.SIGABRT, Failure.CRASHED),
        (signal.SIGKILL, Failure.OUT_OF_MEMORY),
        (signal.SIGXCPU, Failure.OUT_OF_TIME),
    ],
)
def test_a_child_that_dies_is_told_by_how_it_died(endless, with_signal, failure):
    killer = threading.Thread(target=lambda: wait_for_child().send_signal(with_signal))
    killer.start()
    assert failure_of(endless, read_time_limit_s=30) is failure
    killer.join()


def test_the_child_is_bounded_and_knows_no_secrets(endless, monkeypatch):
    monkeypatch.setenv("LRC_SECRET_KEY", "very-secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    seen = {}

    def look() -> None:
        child = wait_for_child()
        seen["environment"] = Path(f"/proc/{child.pid}/environ").read_text()
        seen["arguments"] = child.cmdline()
        seen["memory"] = child.rlimit(psutil.RLIMIT_AS)[0]
        seen["files"] = child.rlimit(psutil.RLIMIT_FSIZE)[0]
        seen["session"] = os.getsid(child.pid) == child.pid

    looking = threading.Thread(target=look)
    looking.start()
    failure_of(endless, read_time_limit_s=2, read_memory_bytes=300 * MIB)
    looking.join()
    assert "very-secret" not in seen["environment"]
    assert not any(name.startswith("LRC_") for name in seen["environment"].split("\0"))
    assert json.loads(seen["arguments"][-1])["ending"] == ".pdf"
    assert (seen["memory"], seen["files"], seen["session"]) == (300 * MIB, MIB, True)


def test_a_child_does_not_outlive_who_started_it(endless):
    script = f"""
        from pathlib import Path
        from catalog.reading import Limits, read
        read(Path({str(endless)!r}), name="a.pdf", limits=Limits(), on_progress=print)
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)])
    child = wait_for_child(parent.pid)
    parent.kill()
    parent.wait()
    assert psutil.wait_procs([child], timeout=10)[1] == []


def test_a_picture_that_cannot_be_decoded_costs_no_text(tmp_path):
    bomb = samples.png(8_000, 8_000)
    for picture in (bomb, b"no picture", samples.png()[:500]):
        path = samples.epub(
            tmp_path / "a.epub",
            {"a.xhtml": f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{SPANISH}</p></body></html>'},
            manifest='<item id="c" href="c.png" media-type="image/png" properties="cover-image"/>',
            **{"OEBPS/c.png": picture},
        )
        reading = reading_of(path)
        assert reading.pages[0].text == SPANISH
        assert Image.open(io.BytesIO(reading.cover)).format == "WEBP"


def test_a_long_document_set_with_care_is_read_whole(tmp_path):
    source = "#for n in range(60) [= Capítulo #n\n #sys.inputs.text\n #pagebreak(weak: true)]"
    path = written(tmp_path / "a.pdf", typesetting.to_pdf(source, {"text": SPANISH}))
    pages = reading_of(path).pages
    assert len(pages) == 60
    assert all(f"Capítulo {page.number - 1}" in page.text and "señor Núñez" in page.text for page in pages)

"""What the child said, taken without trusting it."""

from __future__ import annotations

import base64
import json

import pytest

from catalog.extract.intake import LONGEST_LINE_BYTES, Intake
from catalog.extract.kinds import Kind
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable

START = {"media_type": Kind.PDF, "count": 2}
PAGE = {"label": "Uno", "text": "Hola ñ"}
DONE = {"done": True}
WEBP = b"RIFF\0\0\0\0WEBP"


def fed(*messages, limits=None):
    intake = Intake(limits or Limits())
    for message in messages:
        intake.feed(json.dumps(message).encode() + b"\n")
    return intake


def test_pages_may_come_in_pieces_of_any_size():
    intake = Intake(Limits())
    for byte in b"".join(json.dumps(each).encode() + b"\n" for each in (START, PAGE, DONE)):
        intake.feed(bytes([byte]))
    assert (intake.media_type, intake.count, intake.is_done) == ("application/pdf", 2, True)
    assert [(each.label, each.text) for each in intake.sections] == [("Uno", "Hola ñ")]


@pytest.mark.parametrize(
    "line",
    [
        b"garbage",
        b"\xff\xfe\n",
        b"[]",
        b"7",
        b"{}",
        b'{"media_type": "application/x-evil", "count": 1}',
        b'{"media_type": "application/pdf", "count": "many"}',
        b'{"media_type": "application/pdf", "count": Infinity}',
        b'{"text": "without a label"}',
        b'{"done": true}',
        b'{"failure": "made up"}',
        b"[" * 100_000,
    ],
)
def test_nonsense_is_a_crash(line):
    with pytest.raises(Unreadable) as refusal:
        Intake(Limits()).feed(line + b"\n")
    assert refusal.value.failure is Failure.CRASHED


def test_a_line_without_end_is_a_crash():
    intake = Intake(Limits())
    with pytest.raises(Unreadable) as refusal:
        for _ in range(LONGEST_LINE_BYTES // 65536 + 1):
            intake.feed(b"x" * 65536)
    assert refusal.value.failure is Failure.CRASHED


@pytest.mark.parametrize(
    ("messages", "limits", "failure"),
    [
        ([START, PAGE, PAGE, PAGE], Limits(max_pages=2), Failure.TOO_MANY_PAGES),
        ([START, PAGE, PAGE], Limits(max_text_bytes=13), Failure.TOO_MUCH_TEXT),
        ([{"failure": "encrypted", "detail": "x"}], Limits(), Failure.ENCRYPTED),
    ],
)
def test_limits_and_refusals_end_the_intake(messages, limits, failure):
    with pytest.raises(Unreadable) as refusal:
        fed(*messages, limits=limits)
    assert refusal.value.failure is failure


def test_no_page_is_taken_after_the_last():
    assert len(fed(START, PAGE, DONE, PAGE).sections) == 1


@pytest.mark.parametrize(("sent", "taken"), [(WEBP, WEBP), (b"<svg/>", b""), (WEBP + b"x" * 300_000, b""), (b"", b"")])
def test_only_small_webp_pictures_are_taken(sent, taken):
    picture = base64.b64encode(sent).decode()
    intake = fed(START, PAGE, DONE, {"cover": picture, "thumbnail": picture})
    assert (intake.cover, intake.is_complete) == (taken, True)

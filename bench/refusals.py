"""Writes docs/refusals.md: every bad message that the tests send, and the sentence with which it is refused.

    python -m bench.refusals > docs/refusals.md

The tests themselves are the source (tests/lti/test_bad_launches.py and test_bad_returns.py), so that the list cannot
say what is not tested; tests/lti/test_refusals.py sees that it is up to date.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from flask import Flask

import lrc.i18n
from lti.refusals import Reason, sentences_of
from tests.lti import test_bad_launches, test_bad_returns

_HEAD = """\
# Bad messages, and what each gets

Every message below is sent by the tests, signed by a real platform key where that is not what is wrong with it. Each
ends in a page with status 401, one sentence, what to do next, and a reference number under which the log has the
details. Nobody is signed in and nothing is kept. This list is made from those tests (`python -m bench.refusals`).

| what is wrong | what the page says |
| --- | --- |
"""
_MIDDLE = """
Beyond single claims, each of these is a test too:

"""


def document() -> str:
    """The whole page, as Markdown."""
    wrongs: dict[str, list[str]] = {}
    for wrong, sentence in _payloads():
        wrongs.setdefault(_whole(sentence), []).append(wrong)
    rows = [f"| {'; '.join(each)} | {sentence} |\n" for sentence, each in wrongs.items()]
    return _HEAD + "".join(rows) + _MIDDLE + "".join(f"- {name}\n" for name in _others())


def _tests() -> Iterator[tuple[str, Any]]:
    for name, found in (*vars(test_bad_launches).items(), *vars(test_bad_returns).items()):
        if name.startswith("test_") and inspect.isfunction(found):
            yield name, found


def _payloads() -> Iterator[tuple[str, str]]:
    """What is wrong and a part of the sentence, of each single bad claim or header field."""
    for _, test in _tests():
        for mark in getattr(test, "pytestmark", ()):
            if mark.args[0] in (("header", "sentence"), ("changes", "sentence")):
                yield from ((param.id, param.values[1]) for param in mark.args[1])


def _others() -> Iterator[str]:
    for name, test in _tests():
        if "sentence" not in inspect.signature(test).parameters:
            yield name.removeprefix("test_").replace("_", " ")


def _whole(part: str) -> str:
    """The sentences of the reason whose page has these words."""
    app = Flask("refusals")
    lrc.i18n.init_app(app, "es", "America/Lima")
    with app.test_request_context():
        for reason in Reason:
            whole = " ".join(str(each) for each in sentences_of(reason))
            if part in whole:
                return whole
    raise ValueError(f"no reason says {part!r}")


if __name__ == "__main__":
    print(document(), end="")

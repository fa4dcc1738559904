"""The statements that are sent to the database while something is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from lrc.db import engine_of


@contextmanager
def queries(app: Flask) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, but who may frame pages: any page may ask that, once in a while."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "SELECT platforms.issuer" not in statement:
            sent.append(statement)

    event.listen(engine_of(app), "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine_of(app), "before_cursor_execute", note)

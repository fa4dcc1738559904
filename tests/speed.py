"""What is made once for all tests, though each has an application of its own: templates, routes, SQL of statements."""

from __future__ import annotations

import gc
from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

import lrc.db

_Builder = Callable[..., tuple[str, str]]
_STATEMENTS = 4000
"""More than all tests have together; each is compiled once a process."""


class _Compiled(BytecodeCache):
    """Keeps compiled templates for as long as the process runs."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


def pytest_configure() -> None:
    """Compiling templates, routes and statements for each application was most of what a test cost."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Compiled()}
    Rule._compile_builder = _once(Rule._compile_builder)  # type: ignore[method-assign]
    lrc.db.make_engine = _sharing(lrc.db.make_engine)


def pytest_collection_finish() -> None:
    """The collector of garbage need not look again and again at what stays to the end: the modules and the tests."""
    gc.collect()
    gc.freeze()


def _once(compile_builder: Callable[[Rule, bool], _Builder]) -> Callable[[Rule, bool], _Builder]:
    """The function that builds a rule's addresses depends on nothing but its pieces, where it has no defaults."""
    made: dict[Any, _Builder] = {}

    def remembered(rule: Rule, append_unknown: bool = True) -> _Builder:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        pieces = (rule.rule, tuple(rule._trace), append_unknown)
        if pieces not in made:
            made[pieces] = compile_builder(rule, append_unknown)
        return made[pieces]

    return remembered


def _sharing(make_engine: Callable[..., Engine]) -> Callable[..., Engine]:
    """Engines of one kind of database share its dialect, once that knows the server, and the statements it compiled."""
    first: dict[str, Engine] = {}

    def make(database_url: str, **asked: Any) -> Engine:
        engine = make_engine(database_url, **asked)
        known = first.get(engine.name)
        if known is None or known.dialect.server_version_info is None:
            first[engine.name] = engine
            engine._compiled_cache = LRUCache(_STATEMENTS)
        else:
            engine.dialect = engine.pool._dialect = known.dialect
            engine._compiled_cache = known._compiled_cache
        return engine

    return make

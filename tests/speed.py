"""What need not be made again for each test, though each has an application of its own: templates and routes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

_Builder = Callable[..., tuple[str, str]]


def pytest_configure(config: pytest.Config) -> None:
    """Templates are compiled once a run, and routes once a process: together they were half of what a test cost."""
    compiled = FileSystemBytecodeCache(tempfile.mkdtemp(prefix="lrc-templates-"))
    config.add_cleanup(lambda: shutil.rmtree(compiled.directory, ignore_errors=True))
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": compiled}
    Rule._compile_builder = _once(Rule._compile_builder)  # type: ignore[method-assign]


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

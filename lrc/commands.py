"""How commands of every room reach the application: the decorator ``in_app``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

P = ParamSpec("P")
R = TypeVar("R")


def in_app(command: Callable[P, R]) -> Callable[P, R]:
    """Run a click command inside the application that lrc.cli makes, on a migrated database."""

    @wraps(command)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with click.get_current_context().obj().app_context():
            return command(*args, **kwargs)

    return inside

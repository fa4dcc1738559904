"""An examination: every check of one platform, with or without asking it now, and what they say together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask_babel import lazy_gettext as _

from lrc.errors import Unavailable
from lti.doctor import (
    addresses,
    clock,
    contents,
    grades,
    ourkeys,
    platformkeys,
    services,
    tokens,
    visits,
)
from lti.doctor.asking import Replies, ask_all
from lti.doctor.case import Case
from lti.doctor.findings import Finding, State

Check = Callable[[Case, Replies], Iterable[Finding]]

CHECKS: Final[tuple[tuple[str, Any, Check], ...]] = (
    ("addresses", _("Direcciones"), addresses.check),
    ("our-keys", _("Nuestras claves"), ourkeys.check),
    ("platform-keys", _("Claves de Moodle"), platformkeys.check),
    ("tokens", _("Permisos"), tokens.check),
    ("services", _("Notas y lista del curso"), services.check),
    ("clock", _("Reloj"), clock.check),
    ("visits", _("Visitas"), visits.check),
    ("contents", _("Lo que envía Moodle"), contents.check),
    ("grades", _("Últimos días"), grades.check),
)
"""Each with the word and the title of its group, in the order of the page."""

_AT_ONCE: Final = threading.BoundedSemaphore(2)
"""Examinations that wait for platforms at the same time in one process: some threads are left for everybody else."""


@dataclass(frozen=True)
class Group:
    """The findings of one check, the most urgent first."""

    name: str
    title: Any
    findings: tuple[Finding, ...]

    @property
    def state(self) -> State:
        return worst(self.findings)


@dataclass(frozen=True)
class Examination:
    """What is known of a platform; ``was_asked`` says whether it was asked just now."""

    case: Case
    groups: tuple[Group, ...]
    was_asked: bool
    at: datetime

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for group in self.groups for finding in group.findings)

    @property
    def state(self) -> State:
        return worst(self.findings)

    def count(self, state: State) -> int:
        return sum(1 for each in self.findings if each.state is state)


def known(case: Case) -> Examination:
    """What our own records say, without asking anybody."""
    return _examination(case, {})


def examine(case: Case) -> Examination:
    """Ask the platform and judge what it answers, within lti.doctor.asking.TIME_LIMIT_S.

    Hold no transaction meanwhile. Raises Unavailable where too many examinations are going on.
    """
    if not _AT_ONCE.acquire(blocking=False):
        raise Unavailable(_("Ya hay otras revisiones en curso."), advice=_("Espera unos segundos y revisa otra vez."))
    try:
        replies = ask_all(case)
    finally:
        _AT_ONCE.release()
    return _examination(case, replies)


def worst(findings: Iterable[Finding]) -> State:
    """The most urgent state among them; what is not known yet hides nothing that is."""
    found = {each.state for each in findings}
    return next((state for state in (State.BAD, State.BETTER, State.UNKNOWN) if state in found), State.GOOD)


def _examination(case: Case, replies: Replies) -> Examination:
    groups = []
    for name, title, check in CHECKS:
        found = sorted(check(case, replies), key=lambda each: list(State).index(each.state))
        groups.append(Group(name, title, tuple(replace(each, group=name) for each in found)))
    return Examination(case, tuple(groups), bool(replies), case.now)

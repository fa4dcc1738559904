"""The mail about saved searches: one to each person for whom something is new that no mail told them of yet."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import cast

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, or_, select, update

from lrc.celery import DELIVERY, every, task
from lrc.config import Settings
from lrc.db import transaction, utcnow
from lrc.mail import AddressRefused, MailServerAway, Post, is_address, post
from lti.models import Person
from search.models import SavedSearch

log = logging.getLogger(__name__)
MAIL_NEW = "search.mail_new"
EVERY_S = 1800.0
MOST_AT_ONCE = 500
"""Saved searches of which one turn tells."""
GONE_AFTER = timedelta(days=180)
"""Who did not come for so long gets no mail any more."""


def schedule(settings: Settings) -> None:
    """Have beat send mail now and then, where a server is named."""
    if settings.mail_url:
        every(EVERY_S, MAIL_NEW)


def waiting() -> Select[Person, SavedSearch]:
    """What is to be told to whom, by person: once until they look at it, however much more comes meanwhile."""
    unsaid = or_(SavedSearch.mailed_at.is_(None), SavedSearch.mailed_at < SavedSearch.looked_at)
    return (
        select(Person, SavedSearch)
        .join(SavedSearch, SavedSearch.person_id == Person.id)
        .where(SavedSearch.tells, SavedSearch.fresh > 0, unsaid)
        .where(Person.email != "", Person.last_seen_at > utcnow() - GONE_AFTER)
        .order_by(Person.id, SavedSearch.id)
        .limit(MOST_AT_ONCE)
    )


@task(MAIL_NEW, queue=DELIVERY)
def mail_new() -> None:
    """Send what waits. What the server does not take waits for the next turn."""
    with transaction(writing=False) as session:
        rows = [(person, saved) for person, saved in session.execute(waiting()) if is_address(person.email)]
    by_person = {person: [saved for _who, saved in group] for person, group in groupby(rows, lambda row: row[0])}
    if by_person:
        try:
            _send_all(by_person)
        except MailServerAway as error:
            log.warning("mail about saved searches waits: %s", error.detail)


def _send_all(by_person: Mapping[Person, Sequence[SavedSearch]]) -> None:
    with post(cast(Settings, current_app.config["LRC_SETTINGS"])) as line:
        for person, searches in by_person.items():
            _send(line, person, searches)
    log.info("mail about saved searches sent to %s people", len(by_person))


def _send(line: Post, person: Person, searches: Sequence[SavedSearch]) -> None:
    total = sum(saved.fresh for saved in searches)
    subject = ngettext("%(num)s novedad en tus búsquedas", "%(num)s novedades en tus búsquedas", total)
    try:
        line.send(person.email, subject, _text(person, searches))
    except AddressRefused:
        log.info("the mail server knows no such address of person %s", person.id)
    with transaction() as session:
        told = SavedSearch.id.in_([saved.id for saved in searches])
        session.execute(update(SavedSearch).where(told).values(mailed_at=utcnow()))


def _text(person: Person, searches: Sequence[SavedSearch]) -> str:
    greeting = _("Hola, %(name)s:", name=person.name) if person.name else _("Hola:")
    lines = [f"- {saved.name}: {ngettext('%(num)s nuevo', '%(num)s nuevos', saved.fresh)}" for saved in searches]
    return "\n\n".join(
        [
            greeting,
            _("Llegaron a la biblioteca materiales que responden a búsquedas que guardaste:"),
            "\n".join(lines),
            _("Para verlos, abre la biblioteca desde tu curso y entra a «Mis búsquedas»."),
            _("No volveremos a escribirte de ellas hasta que las mires. Si no quieres más avisos, apágalos ahí mismo."),
        ]
    )

"""The tasks of vocabularies: having the index follow when they change, and having those here that come with us."""

from __future__ import annotations

from catalog.vocabularies import linking, shipped, state, synonyms
from lrc.celery import READING, enqueue, every, task
from lrc.db import transaction
from search import teaching

GO_ON = "catalog.go_on_finding_concepts"
GO_ON_EVERY_S = 120.0


def schedule() -> None:
    """Have beat look for what was left undone, and the search know what vocabularies teach."""
    every(GO_ON_EVERY_S, GO_ON)


teaching.also_taught(synonyms.taught)


@task(state.LINK, queue=READING)
def find_concepts_in_descriptions() -> None:
    is_left = True
    while is_left:
        with transaction() as session:
            is_left = linking.go_on(session)


@task(GO_ON, queue=READING)
def go_on_finding_concepts() -> None:
    shipped.bring()
    with transaction(writing=False) as session:
        if state.is_behind(session):
            enqueue(session, state.LINK)

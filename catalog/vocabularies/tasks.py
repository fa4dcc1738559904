"""The tasks of vocabularies: reading their files, having the index follow, and having those here that come with us."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import cast

from flask import current_app

from catalog.vocabularies import incoming, linking, merging, reading, shipped, state, synonyms
from lrc.celery import READING, enqueue, every, task
from lrc.config import Settings
from lrc.db import transaction
from search import teaching

GO_ON = "catalog.go_on_finding_concepts"
GO_ON_EVERY_S = 120.0
TIDY = "catalog.tidy_vocabularies"
TIDY_EVERY_S = 24 * 3600.0


def schedule() -> None:
    """Have beat look for what was left undone, and the search know what vocabularies teach."""
    every(GO_ON_EVERY_S, GO_ON)
    every(TIDY_EVERY_S, TIDY)


teaching.also_taught(synonyms.taught)


@task(incoming.READ, queue=READING)
def read_vocabulary(file_id: int) -> None:
    """Read a file of a vocabulary without keeping anybody from writing meanwhile, then look at it or take it in."""
    with transaction() as session:
        claimed = incoming.claim(session, file_id)
    if claimed is None:
        return
    settings = cast(Settings, current_app.config["LRC_SETTINGS"])
    with tempfile.NamedTemporaryFile(dir=settings.scratch_path) as kept:
        kept.write(claimed.content)
        kept.flush()
        try:
            told = reading.read(Path(kept.name))
        except reading.NotRead as refusal:
            with transaction() as session:
                incoming.refuse(session, claimed, refusal.code)
            return
    with transaction() as session:
        incoming.finish(session, claimed, told)


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
        for file_id in incoming.forsaken(session):
            enqueue(session, incoming.READ, file_id)
        if state.is_behind(session):
            enqueue(session, state.LINK)


@task(TIDY, queue=READING)
def tidy_vocabularies() -> None:
    """Let go of files that were read long ago, and of what is needed to take back what was merged long ago."""
    with transaction() as session:
        incoming.forget_old(session)
        merging.forget_old(session)

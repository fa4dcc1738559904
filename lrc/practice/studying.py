"""Some students of the demo have studied already: a class where some are done, some under way and some are stuck."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.db import utcnow
from lrc.practice import beginnings
from lrc.practice.classroom import CLASS, Somebody
from lrc.practice.state import Activity
from lrc.practice.visiting import Door
from lrc.study import attempts, journal, lines, questions, scoring, studies
from lrc.study.models import EntryKind, Study
from lrc.study.questions import Asked

MODULE = "modulo-centro-y-dispersion"
_LESSONS, _QUIZ = ("tres-centros", "cuanto-se-apartan"), "practica-centro"
_GOOD: Mapping[str, Any] = {"k-media": "42 kg", "k-mediana": "41", "k-cual": "La mediana", "k-atipico": False}
_WEAK: Mapping[str, Any] = {"k-media": "168 kg", "k-mediana": "50,6", "k-cual": "La media", "k-atipico": True}
_AWAY = timedelta(days=9)


def study_all(door: Door) -> int:
    """Let the class study the module that was placed in their course, once. Returns how many began it."""
    activities = beginnings.fresh(door.settings).activities.values()
    activity = next(each for each in activities if each.custom.get("lrc_id") == MODULE)
    module = door.session.scalars(select(Resource).where(Resource.record_id == MODULE)).one_or_none()
    if module is None or door.session.scalar(select(Study.id).where(Study.module_id == module.id)) is not None:
        return 0
    done, stuck, away, begun = CLASS[:4], CLASS[4:6], CLASS[6:7], CLASS[7:9]
    for each in done:
        study = _begun(door, each, activity, module)
        _answer(door.session, study, _GOOD)
    for each in stuck:
        study = _begun(door, each, activity, module)
        _answer(door.session, study, _WEAK)
        _answer(door.session, study, _WEAK)
    for each in away:
        study = _begun(door, each, activity, module, lessons=1)
        study.begun_at = study.last_at = utcnow() - _AWAY
    for each in begun:
        _begun(door, each, activity, module, lessons=1)
    return len((*done, *stuck, *away, *begun))


def _begun(door: Door, somebody: Somebody, activity: Activity, module: Resource, *, lessons: int = 2) -> Study:
    """A study of the module with the first lessons read."""
    study = studies.begin(door.session, door.enter(somebody, activity), module)
    journal.write(door.session, study, [lines.new(EntryKind.READ, each) for each in _LESSONS[:lessons]])
    return study


def _answer(session: Session, study: Study, answers: Mapping[str, Any]) -> None:
    attempt = attempts.begin(session, study, _QUIZ)
    asked = {each.key: questions.ask(each, attempt.seed) for each in scoring.asked(session, attempt)}
    said = [
        lines.new(
            EntryKind.ANSWERED,
            _QUIZ,
            question=key,
            attempt_number=attempt.number,
            response=_response(asked[key], given),
        )
        for key, given in answers.items()
    ]
    attempts.submit(session, attempt, said)


def _response(asked: Asked, given: Any) -> Any:
    """What the browser would send: of an option its id for this attempt."""
    return next((each.id for each in asked.options if each.text == given), given)

"""Progress: what was read and passed, the percent, finishing, moving to a newer version, and what Moodle is owed."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Resource, ResourceState
from lrc.study import attempts, grading, journal, moving, progress, studies
from lrc.study.models import Study
from lti.models import Context, Membership, Person, ResourceLink, Score
from lti.viewers import Role, Viewer
from tests import factories
from tests.catalog import enrolling
from tests.study import learners
from tests.study.learners import answer, lesson, quiz, read


@pytest.fixture
def course(session: Session) -> Context:
    """In Moodle."""
    return factories.context(session)


@pytest.fixture
def membership(session: Session, course: Context) -> Membership:
    return enrolling.came(session, course, "Ana")


@pytest.fixture
def student(session: Session, course: Context, membership: Membership) -> Viewer:
    person = session.get_one(Person, membership.person_id)
    return factories.viewer(session, Role.STUDENT, by=person, where=course)


def linked(session: Session, course: Context, to: Resource, kind: str = "module", **columns: object) -> ResourceLink:
    return enrolling.link(session, course, to, **{"kind": kind, "is_graded": True, "maximum": 20.0} | columns)


def solve(session: Session, study: Study, *responses: str, quiz_key: str = "prueba") -> None:
    attempt = attempts.begin(session, study, quiz_key)
    fields = {"part": quiz_key, "attempt_number": attempt.number}
    attempts.submit(session, attempt, [answer(f"q{n}", each, **fields) for n, each in enumerate(responses, 1)])


def owed(session: Session, link: ResourceLink) -> list[tuple[float, float]]:
    """What the platform is owed for a link, oldest first."""
    query = select(Score.given, Score.maximum).where(Score.link_id == link.id).order_by(Score.id)
    return [(given, maximum) for given, maximum in session.execute(query)]


def test_a_module_is_finished_when_all_is_read_and_passed_and_stays_so(session: Session) -> None:
    study = learners.study(session)
    journal.write(session, study, [read()])
    assert (study.read_parts, study.percent, study.finished_at) == (["leccion"], None, None)

    solve(session, study, "si", "no")
    assert (study.passed_parts, study.percent, study.finished_at) == ([], 50, None)

    solve(session, study, "si", "si")
    assert (study.passed_parts, study.percent) == (["prueba"], 100)
    finished_at = study.finished_at
    assert finished_at is not None

    solve(session, study, "no", "no")
    assert study.finished_at == finished_at


def test_the_percent_is_the_mean_of_the_quizzes_those_not_submitted_counting_nothing(session: Session) -> None:
    study = learners.study(session, learners.module(session, quiz("prueba"), quiz("otra")))

    solve(session, study, "si", "si")
    assert study.percent == 50

    solve(session, study, "casi", "si", quiz_key="otra")
    assert study.percent == 87.5


def test_a_module_without_quizzes_is_worth_everything_once_it_is_read(session: Session) -> None:
    study = learners.study(session, learners.module(session, lesson("a"), lesson("b")))
    journal.write(session, study, [read("a")])
    assert study.percent is None

    journal.write(session, study, [read("b")])
    assert (study.percent, study.finished_at is not None) == (100, True)


def test_every_graded_link_of_a_module_and_of_its_courses_is_owed(
    session: Session, student: Viewer, course: Context
) -> None:
    modules = [learners.module(session, quiz()) for _ in range(2)]
    links = [
        linked(session, course, modules[0]),
        linked(session, course, learners.course(session, *modules), "course", maximum=100.0),
    ]
    ungraded = linked(session, course, modules[0], is_graded=False)
    gone = linked(session, course, modules[0], maximum=0.0)

    solve(session, studies.begin(session, student, modules[0]), "si", "no")
    assert [owed(session, each) for each in (*links, ungraded, gone)] == [[(10, 20)], [(25, 100)], [], []]

    solve(session, studies.begin(session, student, modules[1]), "si", "si")
    assert [owed(session, each) for each in links] == [[(10, 20)], [(25, 100), (75, 100)]]


def test_nothing_is_owed_anew_where_nothing_changed(session: Session, student: Viewer, course: Context) -> None:
    module = learners.module(session, quiz())
    link = linked(session, course, module)
    study = studies.begin(session, student, module)
    solve(session, study, "si", "si")

    solve(session, study, "no", "no")
    grading.owe(session, study)

    assert owed(session, link) == [(20, 20)]


@pytest.mark.parametrize(
    "columns",
    [{"launch_roles": ["student", "teacher"]}, {"roster_roles": ["teacher"]}, {"launch_roles": [], "roster_roles": []}],
)
def test_who_teaches_the_course_or_is_nobody_in_it_gets_no_grade(
    session: Session, student: Viewer, course: Context, membership: Membership, columns: dict[str, list[str]]
) -> None:
    module = learners.module(session, quiz())
    link = linked(session, course, module)
    for name, value in columns.items():
        setattr(membership, name, value)

    solve(session, studies.begin(session, student, module), "si", "si")

    assert owed(session, link) == []


@pytest.mark.parametrize("kind", ["module", "course"])
def test_a_link_that_was_graded_later_is_owed_what_was_earned_before(
    session: Session, student: Viewer, course: Context, kind: str
) -> None:
    module = learners.module(session, quiz())
    study = studies.begin(session, student, module)
    solve(session, study, "si", "si")
    link = linked(session, course, learners.course(session, module) if kind == "course" else module, kind)
    assert grading.missing(session, 10) == [study]

    grading.owe(session, study)

    assert owed(session, link) == [(20, 20)]
    assert grading.missing(session, 10) == []


def test_a_trial_earns_nothing_and_is_forgotten_when_one_begins_in_earnest(
    session: Session, student: Viewer, course: Context
) -> None:
    module = learners.module(session, quiz())
    link = linked(session, course, module)
    trial = studies.begin(session, student, module, trial=True)
    solve(session, trial, "si", "si")
    assert owed(session, link) == []

    study = studies.begin(session, student, module)

    assert (study.is_trial, study.percent) == (False, None)
    assert studies.begin(session, student, module, trial=True) is study


def test_what_is_not_published_cannot_be_begun(session: Session, student: Viewer) -> None:
    module = learners.module(session)
    module.state = ResourceState.WITHDRAWN

    with pytest.raises(studies.NothingToStudy):
        studies.begin(session, student, module)


def test_listeners_hear_of_progress_but_not_of_trials(
    session: Session, student: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    monkeypatch.setattr(progress, "listeners", [lambda _session, study: heard.append(study.id)])
    earnest, trial = learners.study(session), studies.begin(session, student, learners.module(session), trial=True)

    for study in (earnest, trial):
        journal.write(session, study, [read()])

    assert heard == [earnest.id]


def test_staying_with_a_version_is_as_good_as_moving_on(session: Session) -> None:
    module = learners.module(session, lesson("a"), quiz())
    study = learners.study(session, module)
    journal.write(session, study, [read("a")])
    learners.version(session, module, lesson("b"), quiz())

    solve(session, study, "si", "si")

    assert moving.newer(session, study) is not None
    assert study.finished_at is not None


def test_moving_on_keeps_what_is_still_there_and_open_attempts_end_with_their_own_questions(session: Session) -> None:
    module = learners.module(session, lesson("a"), lesson("gone"), quiz(), quiz("otra"))
    study = learners.study(session, module)
    journal.write(session, study, [read("a"), read("gone")])
    solve(session, study, "si", "si", quiz_key="otra")
    attempt = attempts.begin(session, study, "prueba")
    learners.version(session, module, lesson("new"), quiz("otra"), lesson("a"), quiz("prueba", "q5"))

    moving.move_on(session, study)

    assert (study.read_parts, study.passed_parts, study.percent) == (["a"], ["otra"], 50)
    assert moving.newer(session, study) is None
    assert attempts.begin(session, study, "prueba") is attempt
    attempts.submit(session, attempt, [answer("q1", "si"), answer("q2", "si")])
    assert study.percent == 100
    assert study.finished_at is None


def test_moving_where_nothing_is_newer_changes_nothing(session: Session) -> None:
    study = learners.study(session)
    before = study.version_id

    moving.move_on(session, study)

    assert study.version_id == before

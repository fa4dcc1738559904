"""What learning earns in the gradebooks of the platform: scores owed for the links of modules and courses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from flask_babel import gettext as _
from sqlalchemy import Select, and_, exists, or_, select, union_all
from sqlalchemy.orm import Session

from catalog.models import CourseModule, Resource
from lrc.study.models import Study
from lti import grades
from lti.models import Membership, ResourceLink, Score
from lti.viewers import Role

MODULE, COURSE = "module", "course"
"""The kinds of links that are graded by studying."""
_STAFF = frozenset({Role.TEACHER, Role.LIBRARIAN, Role.ADMINISTRATOR})
_GIVES_GRADES = (ResourceLink.is_graded, ResourceLink.hidden_at.is_(None), ResourceLink.maximum > 0)
_DECIMALS = 4


def owe(session: Session, study: Study) -> None:
    """Owe what the study earns to every graded link of its module, or of a course with it, where its person learns.

    Nothing for a trial, nor before there is a score; nothing new where nothing changed.
    """
    if study.is_trial or study.percent is None:
        return
    found = _links(session, study)
    if not found:
        return
    # Another module of the same course may be earning at this moment: the later of the two sees both.
    grades.hold(session, study.person_id)
    earned = _earned(session, study, {resource_id for _link, resource_id in found})
    for link, resource_id in found:
        _owe(session, link, study.person_id, earned[resource_id], f"{link.kind}:{resource_id}")


def missing(session: Session, limit: int) -> list[Study]:
    """Studies whose score a link of their module, or of a course with it, was never owed: the link was graded, or the
    person came by it, only later."""
    leads = union_all(_leading(MODULE), _leading(COURSE)).subquery()
    query = (
        select(Study, Membership)
        .join(leads, leads.c.module_id == Study.module_id)
        .join(
            Membership,
            and_(Membership.context_id == leads.c.context_id, Membership.person_id == Study.person_id),
        )
        .where(Study.percent.is_not(None), Study.is_trial.is_(False), Membership.left_at.is_(None))
        .where(~exists().where(Score.link_id == leads.c.link_id, Score.person_id == Study.person_id))
        .order_by(Study.id)
    )
    found = (study for study, membership in session.execute(query) if is_student(membership))
    return list(islice(dict.fromkeys(found), limit))


def _leading(kind: str) -> Select[int, int, int]:
    """Graded links of a kind, each with the modules that it leads to."""
    module_id = Resource.id if kind == MODULE else CourseModule.module_id
    query = (
        select(ResourceLink.id.label("link_id"), ResourceLink.context_id, module_id.label("module_id"))
        .join(Resource, Resource.record_id == ResourceLink.target)
        .where(ResourceLink.kind == kind, *_GIVES_GRADES)
    )
    return query if kind == MODULE else query.join(CourseModule, CourseModule.course_id == Resource.id)


def is_student(membership: Membership) -> bool:
    """Whether somebody learns in a course and does not teach it, by what launches and the roster say together."""
    roles = {*membership.launch_roles, *membership.roster_roles}
    return membership.left_at is None and Role.STUDENT in roles and not roles & _STAFF


def _links(session: Session, study: Study) -> list[tuple[ResourceLink, int]]:
    """The links that give a grade for the study, each with the id of its module or course."""
    courses = select(CourseModule.course_id).where(CourseModule.module_id == study.module_id)
    leads = or_(
        and_(ResourceLink.kind == MODULE, Resource.id == study.module_id),
        and_(ResourceLink.kind == COURSE, Resource.id.in_(courses)),
    )
    query = (
        select(ResourceLink, Resource.id, Membership)
        .join(Resource, Resource.record_id == ResourceLink.target)
        .join(Membership, Membership.context_id == ResourceLink.context_id)
        .where(Membership.person_id == study.person_id, leads, *_GIVES_GRADES)
        .order_by(ResourceLink.id)
    )
    found = session.execute(query)
    return [(link, resource_id) for link, resource_id, membership in found if is_student(membership)]


def _earned(session: Session, study: Study, resource_ids: Iterable[int]) -> dict[int, float]:
    """By resource the percent that its link is worth: the module's own, or the mean of the course's modules."""
    query = (
        select(CourseModule.course_id, Study.percent)
        .outerjoin(
            Study,
            and_(
                Study.module_id == CourseModule.module_id,
                Study.person_id == study.person_id,
                Study.is_trial.is_(False),
            ),
        )
        .where(CourseModule.course_id.in_(set(resource_ids) - {study.module_id}))
    )
    percents = defaultdict(list)
    for course_id, percent in session.execute(query):
        percents[course_id].append(percent or 0.0)
    of_courses = {course_id: sum(each) / len(each) for course_id, each in percents.items()}
    return of_courses | {study.module_id: study.percent or 0.0}


def _owe(session: Session, link: ResourceLink, person_id: int, percent: float, origin: str) -> None:
    given = min(round(percent / 100 * link.maximum, _DECIMALS), link.maximum)
    comment = _("Por tu avance en la biblioteca.")
    grades.owe(session, link, person_id, given, link.maximum, origin=origin, comment=comment)

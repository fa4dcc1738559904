"""The commands of the study room: courses and modules as folders of Markdown, out and in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask_babel import force_locale
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from catalog import review
from catalog.models import Kind, Resource
from lrc.commands import in_app
from lrc.db import transaction
from lrc.errors import Refused
from lrc.study import coursechecks, handingin, writing
from lrc.study.content import Course
from lrc.study.exchange import disk, folders, giving, taking, zips
from lrc.study.exchange.folders import CourseFolder, ModuleFolder
from lrc.study.exchange.parsing import Files
from lti.models import Person
from lti.viewers import Role, Viewer

_ZIP = ".zip"


@click.group()
def course() -> None:
    """Courses and modules as folders of Markdown, to be kept in version control."""


@course.command("export")
@click.argument("record_id")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--published", is_flag=True, help="What is in force, instead of what is being written.")
@in_app
def export_course(record_id: str, folder: Path, published: bool) -> None:
    """Write the course or module RECORD_ID to FOLDER, or to a file that ends in .zip.

    A folder that holds an earlier export is renewed: parts that are no more are deleted, files with other names than
    ours stay. The same contents give the same bytes.
    """
    with _refusals(), transaction(writing=False) as session:
        files = _files_of(session, record_id, published)
        if folder.suffix == _ZIP:
            folder.write_bytes(zips.write(files))
            click.echo(f"{len(files)} files are in {folder}.")
            return
        if not disk.is_ours_or_empty(folder):
            raise click.ClickException(f"{folder} holds something else: name an empty or a new folder.")
        gone = disk.write(folder, files)
    click.echo(f"{len(files)} files are in {folder}" + (f"; {len(gone)} old ones were deleted." if gone else "."))


@course.command("import")
@click.argument("path", type=click.Path(exists=True, readable=True, path_type=Path))
@click.option("--owner", required=True, metavar="WHO", help="Whose it will be: a person's number, email or full name.")
@click.option("--publish", is_flag=True, help="Publish it at once, its modules first, without a librarian's review.")
@in_app
def import_course(path: Path, owner: str, publish: bool) -> None:
    """Take the folder or zip PATH in as a new course or module.

    Each time makes new drafts; nothing that is there changes. What cannot be taken is told with its file and line, and
    then nothing is made. Needs the centre's storage where there are images.
    """
    with _refusals():
        folder = folders.read(zips.read(path.read_bytes()) if path.is_file() else disk.read(path))
        for name in folder.ignored:
            click.echo(f"not used: {name}", err=True)
        pictures = [folder.images, *(each.images for each in getattr(folder, "modules", ()))]
        with taking.stored_all(pictures) as kept, transaction() as session:
            viewer = _viewer(session, owner)
            made = _taken_in(session, viewer, folder, kept)
            if publish:
                _publish(session, viewer, made)
            told = [f"{each.kind.value} {each.record_id}: {each.title}" for each in made]
    click.echo("\n".join(told))
    if publish:
        click.echo("The worker indexes them as soon as the centre runs; until then the search does not find them.")


commands: list[click.Command] = [course]


@contextmanager
def _refusals() -> Iterator[None]:
    """What is refused, said in English and without a traceback."""
    try:
        yield
    except Refused as refused:
        with force_locale("en"):
            raise click.ClickException(f"{refused.message} {refused.detail}".strip()) from refused


def _files_of(session: Session, record_id: str, published: bool) -> Files:
    found = session.scalars(
        select(Resource).where(Resource.record_id == record_id, Resource.kind != Kind.MATERIAL)
    ).one_or_none()
    if found is None:
        raise click.BadParameter(f'there is no course or module "{record_id}"', param_hint="RECORD_ID")
    if found.kind is Kind.MODULE:
        return folders.write_module(giving.module_folder(session, found, published=published))
    return folders.write_course(giving.course_folder(session, None, found, published=published))


def _viewer(session: Session, owner: str) -> Viewer:
    """The person who is to own it, as a teacher."""
    named = or_(Person.email == owner, Person.name == owner)
    query = select(Person).where(Person.id == int(owner) if owner.isdecimal() else named)
    people = session.scalars(query.limit(10)).all()
    if len(people) != 1:
        known = "; ".join(f"{each.id}: {each.name} ({each.institution.name})" for each in people)
        why = f"several people are called so, name one by number: {known}" if people else "nobody is called so"
        raise click.BadParameter(why, param_hint="--owner")
    (person,) = people
    roles = frozenset({Role.TEACHER})
    return Viewer(person_id=person.id, institution_id=person.institution_id, roles=roles, name=person.name)


def _taken_in(
    session: Session, viewer: Viewer, folder: CourseFolder | ModuleFolder, kept: list[dict[str, taking.Kept]]
) -> list[Resource]:
    """The new drafts: a course's modules before it."""
    if isinstance(folder, ModuleFolder):
        return [taking.take_module(session, viewer, folder, kept[0])]
    made = taking.take_course(session, viewer, folder, kept)
    inside = writing.get_head(session, made, Course).modules
    query = select(Resource).where(Resource.record_id.in_(inside), Resource.owner_id == viewer.person_id)
    fresh = [each for each in session.scalars(query.order_by(Resource.id)) if each.published_at is None]
    return [*fresh, made]


def _publish(session: Session, viewer: Viewer, made: list[Resource]) -> None:
    for each in made:
        if each.kind is Kind.COURSE:
            coursechecks.hand_in(session, viewer, each, "")
        else:
            handingin.hand_in(session, viewer, each, "")
        review.publish_as_operator(session, each)

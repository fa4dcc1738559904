"""A teacher's materials: uploading a file, following what becomes of it, replacing it, trying again."""

from __future__ import annotations

from urllib.parse import quote

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import library
from catalog.adaptations import may_be_adapted
from catalog.editions import handing
from catalog.forms import UploadForm, audiences_open_to
from catalog.models import FileState, Kind, Resource
from catalog.sending import sendings
from catalog.uploads import Received, received, stored
from catalog.views.blueprint import RESOURCE, blueprint, settings
from catalog.views.marks import opened
from lrc.db import session
from lrc.errors import BadFile, BadInput, TooLarge, Unavailable
from lrc.pagination import paginate
from lti.viewers import Role, role_required, viewer
from search.licenses import short_name
from search.views.clicks import came_by_search

_NEWEST = 6
TROUBLE = (BadInput, BadFile, TooLarge, Unavailable)
"""What can be wrong with a file that is sent; said beside the form, so that nothing typed is lost."""


@blueprint.app_template_global("newest_resources")
def newest_resources() -> list[Resource]:
    """What came last, for the page that one lands on."""
    return list(session.scalars(library.newest(viewer, _NEWEST)))


@blueprint.get("/mine")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def mine() -> str:
    stretch = paginate(session, library.mine(viewer), request.args.get("page", 1, type=int))
    open_count = sendings.open_count(session, viewer)
    versions = handing.open_of(session, [each.id for each in stretch.items])
    return render_template("catalog/mine.html", stretch=stretch, open_count=open_count, versions=versions)


@blueprint.route("/upload", methods=["GET", "POST"])
@role_required(Role.TEACHER)
def upload() -> str | Response:
    """The form for a new material. The address may give its ``title``, as what readers sought and did not find.

    Or the id of the resource that it ``adapts``, whose address and licence it takes over.
    """
    if request.method == "POST":
        return _receive()
    form = UploadForm(title=" ".join(request.args.get("title", "").split())[: library.TITLE_LIMIT])
    number = request.args.get("adapts", 0, type=int)
    if 0 < number < 2**31:
        _adapt(form, library.get(session, viewer, number))
    return _upload_page(form)


def _adapt(form: UploadForm, source: Resource) -> None:
    form.source = permanent_address(source)
    form.language = source.language if source.language in library.LANGUAGES else form.language
    short = short_name(source.license)
    form.license = short if short in library.LICENSES and may_be_adapted(source) else form.license


def _receive() -> Response:
    """Take the file in, or show the form again with what was typed and what is wrong."""
    form = UploadForm.of(request.form)
    status = 200 if form.is_valid(viewer) else BadInput.status
    try:
        file = received(request.files.get("file"))
        if not form.errors:
            return redirect(url_for(".show", resource_id=_take_in(form, file).id))
    except TROUBLE as error:
        form.errors["file"] = error.message
        status = error.status
    return make_response(_upload_page(form), status)


def _take_in(form: UploadForm, file: Received) -> Resource:
    library.refuse_twin(session, viewer, file.sha256)
    with stored(file) as bytes_kept:
        return library.add(session, viewer, form.details(), bytes_kept)


def _upload_page(form: UploadForm) -> str:
    return render_template(
        "catalog/upload.html",
        form=form,
        audiences=audiences_open_to(viewer),
        max_upload_bytes=settings().max_upload_bytes,
        unfinished=session.scalars(sendings.open_of(viewer)).all(),
    )


@blueprint.get(RESOURCE)
@role_required()
def show(resource_id: int) -> str | Response:
    """The page of a material; of a course or a module the way to its own."""
    resource = library.get(session, viewer, resource_id)
    if resource.kind is not Kind.MATERIAL:
        return redirect(page_of(resource))
    opened(resource)
    came_by_search()
    return show_page(resource)


@blueprint.app_template_global("permanent_address")
def permanent_address(resource: Resource) -> str:
    """The address that stays whatever becomes of a resource: outside of any visit."""
    return f"{settings().tool_url}/r/{quote(resource.record_id, safe=':')}"


@blueprint.app_template_global("page_of")
def page_of(resource: Resource) -> str:
    """The address of the page that shows a resource; of a course or a module that never was published its review's."""
    if resource.kind is not Kind.MATERIAL and resource.published_at is None:
        return url_for("study.review_version", resource_id=resource.id)
    return {
        Kind.MATERIAL: lambda: url_for("catalog.show", resource_id=resource.id),
        Kind.MODULE: lambda: url_for("study.module", module_id=resource.id),
        Kind.COURSE: lambda: url_for("study.course", course_id=resource.id),
    }[resource.kind]()


def show_page(resource: Resource, remark: str = "", trouble: object = "") -> str:
    """The page of a resource, also with a remark that could not be taken and why."""
    return render_template(
        "catalog/show.html",
        resource=resource,
        file=resource.file,
        is_mine=resource.owner_id == viewer.person_id,
        remark=remark,
        trouble=trouble,
        max_upload_bytes=settings().max_upload_bytes,
    )


@blueprint.get(RESOURCE + "/status")
@role_required()
def status(resource_id: int) -> str | Response:
    """The part of a resource's page that says what becomes of its file; once settled, the whole page is asked anew."""
    resource = library.get(session, viewer, resource_id)
    answer = make_response(
        render_template(
            "catalog/_status.html",
            resource=resource,
            file=library.file_of(resource),
            is_mine=resource.owner_id == viewer.person_id,
        )
    )
    if library.file_of(resource).state not in (FileState.RECEIVED, FileState.READING):
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post(RESOURCE + "/retry")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def retry(resource_id: int) -> Response:
    library.retry(session, viewer, library.get_for_change(session, viewer, resource_id))
    return redirect(url_for(".show", resource_id=resource_id))


@blueprint.post(RESOURCE + "/file")
@role_required(Role.TEACHER)
def replace(resource_id: int) -> str | Response:
    """Take a corrected file in the place of the present one."""
    try:
        file = received(request.files.get("file"))
        library.refuse_twin(session, viewer, file.sha256)
        library.get_own_for_change(session, viewer, resource_id)  # else its bytes would travel for nothing
        with stored(file) as bytes_kept:
            resource = library.get_own_for_change(session, viewer, resource_id)
            library.replace_file(session, viewer, resource, bytes_kept)
    except TROUBLE as error:
        return make_response(show_page(library.get(session, viewer, resource_id), trouble=error.message), error.status)
    flash(_("Recibimos el archivo corregido."), "success")
    return redirect(url_for(".show", resource_id=resource_id))

"""The command by which an operator lets the doctor look: lrc platforms check."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click
from flask import current_app
from flask_babel import force_locale

from lrc.commands import in_app
from lrc.config import Settings
from lrc.db import transaction
from lti.doctor import examining
from lti.doctor.case import Case, load
from lti.doctor.examining import Examination
from lti.doctor.findings import Finding, State
from lti.models import Platform
from lti.platforms import registered

_WORDS = {
    State.GOOD: "good",
    State.BETTER: "could be better",
    State.BAD: "wrong",
    State.UNKNOWN: "not known yet",
}


@click.command()
@click.argument("which", metavar="[ISSUER or NUMBER]", default="")
@click.option("--json", "as_json", is_flag=True, help="Print all findings as JSON.")
@in_app
def check(which: str, as_json: bool) -> None:
    """Ask a Moodle (or all) what works between it and the library, and say which setting to change.

    Ends with status 1 where something is wrong.
    """
    with force_locale("en"):
        examinations = [examining.examine(case) for case in _cases(which)]
        if as_json:
            click.echo(json.dumps([_plain(each) for each in examinations], indent=2, ensure_ascii=False))
        for each in () if as_json else examinations:
            click.echo("\n".join(_lines(each)))
    if any(each.state is State.BAD for each in examinations):
        raise click.exceptions.Exit(1)


def _cases(which: str) -> list[Case]:
    """The platforms with that issuer or number, or all; what is read is read before anybody is asked."""
    settings: Settings = current_app.config["LRC_SETTINGS"]
    with transaction(writing=False) as session:
        found = [each for each in session.scalars(registered()) if not which or _is_meant(each, which)]
        if not found:
            raise click.UsageError(f"No Moodle {which!r} is registered; `lrc platforms list` shows them.")
        return [load(session, each.id, settings, every_institution=True) for each in found]


def _is_meant(platform: Platform, which: str) -> bool:
    return which in (str(platform.id), platform.issuer, platform.issuer.rstrip("/"))


def _lines(examination: Examination) -> Iterator[str]:
    case = examination.case
    counts = ", ".join(f"{examination.count(state)} {_WORDS[state]}" for state in State if examination.count(state))
    yield f"{case.platform_id}: {case.issuer} (client {case.client_id}), {case.institution}: {counts}"
    for finding in examination.findings:
        yield f"  [{_WORDS[finding.state]}] {finding.code}: {finding.sentence}"
        if finding.advice:
            yield f"      what to do: {finding.advice}"
        for place in finding.places:
            yield f"      in Moodle: {place.path_en}{' = ' * bool(place.value)}{place.value}"
        if finding.detail and finding.state is not State.GOOD:
            yield f"      seen: {finding.detail}"


def _plain(examination: Examination) -> dict[str, Any]:
    case = examination.case
    return {
        "number": case.platform_id,
        "issuer": case.issuer,
        "client_id": case.client_id,
        "institution": case.institution,
        "state": examination.state,
        "findings": [_plain_finding(each) for each in examination.findings],
    }


def _plain_finding(finding: Finding) -> dict[str, Any]:
    return {
        "group": finding.group,
        "code": finding.code,
        "state": finding.state,
        "sentence": str(finding.sentence),
        "advice": str(finding.advice),
        "settings": [{"path": each.path_en, "value": each.value} for each in finding.places],
        "detail": finding.detail,
    }

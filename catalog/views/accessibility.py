"""What pages say of the accessibility check of a resource."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.accessibility import checking, sentences
from catalog.accessibility.checking import Check, Finding
from catalog.accessibility.flaws import Severity
from catalog.models import Resource
from catalog.views.blueprint import blueprint


@dataclass(frozen=True)
class InWords:
    """A finding as its teacher reads it; ``badge`` is the class of its severity."""

    message: str
    advice: str
    place: str
    severity: str
    badge: str


@blueprint.app_template_global("accessibility_of")
def accessibility_of(resource: Resource) -> Check | None:
    return checking.check(resource)


@blueprint.app_template_global("flaw_in_words")
def flaw_in_words(finding: Finding, media_type: str) -> InWords:
    message, advice = sentences.of(finding)
    badge = "bad" if finding.severity >= Severity.CRITICAL else "warn" if finding.severity > Severity.MINOR else "plain"
    return InWords(
        message=message,
        advice=advice,
        place=sentences.place(finding, media_type),
        severity=str(sentences.SEVERITIES[finding.severity]),
        badge=badge,
    )

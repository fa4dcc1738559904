"""The rules of the accessibility check: what its file and its description tell of a resource, and a score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog import recordings
from catalog.accessibility.flaws import SEVERITY, Flaw, Severity
from catalog.failures import Failure
from catalog.models import File, FileState, Resource

BEST = 100
_KNOWN = {each.value: each for each in Flaw}


@dataclass(frozen=True)
class Finding:
    """A flaw, and the numbers of the pages, pictures or tables where it is, as far as that is known."""

    flaw: Flaw
    where: tuple[int, ...] = ()

    @property
    def severity(self) -> Severity:
        return SEVERITY[self.flaw]


@dataclass(frozen=True)
class Check:
    """What was found, the worst first, and ``score``: BEST less what each flaw takes, never below 0."""

    findings: list[Finding]

    @property
    def score(self) -> int:
        return max(0, BEST - sum(each.severity for each in self.findings))


def check(resource: Resource) -> Check | None:
    """The check of a resource; None where it has no file, or one that was not read for other reasons than its flaws."""
    file = resource.file
    if file is None:
        return None
    if file.state is FileState.FAILED and file.failure == Failure.NO_TEXT:
        return Check([Finding(Flaw.NO_TEXT)])
    if file.state is not FileState.READY:
        return None
    met = [*_in_file(file), *_around(resource, file)]
    return Check(sorted(met, key=lambda each: (-each.severity, each.flaw)))


def _in_file(file: File) -> Iterator[Finding]:
    for each in file.findings:
        # Codes of former times say nothing any more.
        if flaw := _KNOWN.get(each["code"]):
            yield Finding(flaw, tuple(each["where"]))


def _around(resource: Resource, file: File) -> Iterator[Finding]:
    if file.is_recognised:
        yield Finding(Flaw.RECOGNISED)
    if not resource.language:
        yield Finding(Flaw.LANGUAGE_UNSAID)
    if recordings.is_recording(file) and not recordings.captions(file):
        yield Finding(Flaw.NO_CAPTIONS if recordings.is_film(file) else Flaw.NO_TRANSCRIPT)
    if file.media_type.startswith("image/") and not file.is_recognised and not resource.description.strip():
        yield Finding(Flaw.NO_DESCRIPTION)

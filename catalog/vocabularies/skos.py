"""Vocabularies in SKOS, read from Turtle and RDF/XML and written as both: the only module that knows rdflib.

rdflib takes time and memory to load: only the child process of catalog.vocabularies.reading does.
"""

from __future__ import annotations

import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DC, DCTERMS, RDFS
from rdflib.term import Node

from catalog.vocabularies import scheme
from catalog.vocabularies.formats import RDF_XML, TURTLE
from catalog.vocabularies.scheme import Label, PlainConcept, Scheme, Trouble

_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!|[A-Za-z][\w.-]*:RDF\b|RDF\b)")
_ENTITY = re.compile(rb"<!ENTITY\s+[^>]{0,200}?(\"[^\"]*\"|'[^']*')")
_LONGEST_ENTITY = 1_000
_XL = Namespace("http://www.w3.org/2008/05/skos-xl#")
_LABELS = {
    scheme.PREFERRED: (SKOS.prefLabel, _XL.prefLabel),
    scheme.ALTERNATIVE: (SKOS.altLabel, _XL.altLabel),
    scheme.HIDDEN: (SKOS.hiddenLabel, _XL.hiddenLabel),
}
_NO_BASE = "urn:x-lrc:file"
_MOST_TROUBLES = 200
# It warns of every odd URI and literal of other people's files, which we check ourselves.
logging.getLogger("rdflib").setLevel(logging.ERROR)


class NotSkos(Exception):
    """A file that holds no vocabulary; ``code`` is one of wording.REFUSALS."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


def read(path: Path, wanted: str = "") -> Scheme:
    """The vocabulary of a file; of several the one whose URI is ``wanted``, or else the largest.

    Raises NotSkos. To be called in a process of its own, with bounds (catalog.vocabularies.reading): other people's
    files may take any time and memory. Nothing is fetched: neither format asks for it, nor are DTDs or imports loaded.
    """
    raw = path.read_bytes()
    _refuse_bombs(raw)
    graph = Graph()
    try:
        graph.parse(data=raw, format=RDF_XML if _XML.match(raw[:1000]) else TURTLE, publicID=_NO_BASE)
    except (MemoryError, RecursionError):
        raise
    # rdflib meets a broken file with whatever error its code runs into.
    except Exception as error:
        raise NotSkos("corrupt", f"{type(error).__name__}: {error}"[:500]) from error
    return _Reading(graph, wanted).scheme()


def _refuse_bombs(raw: bytes) -> None:
    """Entities stand for addresses in other people's RDF/XML; ones made of others, or long, only make files explode."""
    for value in _ENTITY.findall(raw):
        if b"&" in value.replace(b"&#", b"") or len(value) > _LONGEST_ENTITY:
            raise NotSkos("too_heavy", "an entity of entities")


class _Reading:
    """One graph as a vocabulary, with what was wrong on the way."""

    def __init__(self, graph: Graph, wanted: str) -> None:
        self._graph = graph
        self._troubles: list[Trouble] = []
        self._uri = self._chosen(wanted)
        self._concepts = self._members()

    def scheme(self) -> Scheme:
        """The scheme with its concepts by URI, and what was wrong with the file; NotSkos where no concept is left."""
        broader, dropped = scheme.without_cycles(self._broader())
        self._troubles.extend(Trouble("cycle", f"{below} → {above}") for below, above in dropped)
        related = self._related()
        concepts = [self._concept(uri, broader, related) for uri in sorted(self._concepts)]
        kept = tuple(each for each in concepts if each is not None)
        if not kept:
            raise NotSkos("empty")
        return Scheme(self._uri, self._titles(), self._source(), kept, tuple(self._troubles[:_MOST_TROUBLES]))

    def _chosen(self, wanted: str) -> str:
        told = {str(each) for each in self._graph.subjects(RDF.type, SKOS.ConceptScheme) if isinstance(each, URIRef)}
        sizes: Counter[str] = Counter(dict.fromkeys(sorted(told), 0))
        for predicate in (SKOS.inScheme, SKOS.topConceptOf):
            sizes.update(str(each) for each in self._graph.objects(None, predicate) if isinstance(each, URIRef))
        if wanted:
            if wanted not in sizes:
                raise NotSkos("no_such_scheme", ", ".join(sorted(sizes)[:20]))
            return wanted
        usable = {uri: size for uri, size in sizes.items() if scheme.is_uri(uri)}
        if not usable:
            raise NotSkos("no_scheme")
        return min(usable, key=lambda uri: (-usable[uri], uri not in told, uri))

    def _members(self) -> set[str]:
        """URIs of the concepts that are in the vocabulary, or that say nothing of where they are."""
        own = URIRef(self._uri)
        found: set[str] = set()
        for each in self._graph.subjects(RDF.type, SKOS.Concept):
            where = {*self._graph.objects(each, SKOS.inScheme), *self._graph.objects(each, SKOS.topConceptOf)}
            if not isinstance(each, URIRef) or not scheme.is_uri(str(each)) or str(each).startswith(_NO_BASE):
                self._troubles.append(Trouble("uri", scheme.one_line(str(each))[:100]))
            elif own in where or not where:
                found.add(str(each))
        if len(found) > scheme.MOST_CONCEPTS:
            raise NotSkos("too_many", str(len(found)))
        return found

    def _links(self, predicate: URIRef) -> Iterator[tuple[str, str]]:
        for one, other in self._graph.subject_objects(predicate):
            if str(one) in self._concepts and str(other) in self._concepts and one != other:
                yield str(one), str(other)

    def _broader(self) -> Mapping[str, list[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for below, above in self._links(SKOS.broader):
            found[below].add(above)
        for above, below in self._links(SKOS.narrower):
            found[below].add(above)
        return {below: sorted(above) for below, above in found.items()}

    def _related(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for one, other in self._links(SKOS.related):
            found[one].add(other)
            found[other].add(one)
        return found

    def _concept(
        self, uri: str, broader: Mapping[str, tuple[str, ...]], related: Mapping[str, set[str]]
    ) -> PlainConcept | None:
        labels, troubles = scheme.labels_of(self._labels(URIRef(uri)), uri)
        self._troubles.extend(troubles)
        if not any(each.kind == scheme.PREFERRED for each in labels):
            self._troubles.append(Trouble("nameless", uri))
            return None
        named = sorted(scheme.one_line(str(each)) for each in self._graph.objects(URIRef(uri), SKOS.notation))
        return PlainConcept(
            uri=uri,
            labels=labels,
            notation=(named or [""])[0][: scheme.NOTATION_LIMIT],
            notes=self._notes(URIRef(uri)),
            matches=tuple(self._matches(URIRef(uri))[: scheme.MOST_MATCHES]),
            broader=tuple(sorted(broader.get(uri, ()))),
            related=tuple(sorted(related.get(uri, ()))),
        )

    def _labels(self, concept: URIRef) -> Iterator[Label]:
        for kind, (plain, extended) in _LABELS.items():
            told: list[Node] = list(self._graph.objects(concept, plain))
            for node in self._graph.objects(concept, extended):
                told.extend(self._graph.objects(node, _XL.literalForm))
            for each in told:
                if isinstance(each, Literal):
                    yield Label(kind, scheme.language(each.language), scheme.one_line(str(each)))

    def _notes(self, concept: URIRef) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for kind in scheme.NOTES:
            for each in sorted(self._graph.objects(concept, SKOS[kind]), key=str):
                if isinstance(each, Literal) and (text := scheme.one_line(str(each))):
                    found.setdefault(kind, {}).setdefault(scheme.language(each.language), text[: scheme.NOTE_LIMIT])
        return found

    def _matches(self, concept: URIRef) -> list[str]:
        told = (str(each) for each in self._graph.objects(concept, SKOS.exactMatch) if isinstance(each, URIRef))
        return sorted({each for each in told if scheme.is_uri(each)})

    def _titles(self) -> dict[str, str]:
        titles: dict[str, str] = {}
        for predicate in (SKOS.prefLabel, DCTERMS.title, DC.title, RDFS.label):
            for each in sorted(self._graph.objects(URIRef(self._uri), predicate), key=str):
                if isinstance(each, Literal) and (text := scheme.one_line(str(each))):
                    titles.setdefault(scheme.language(each.language), text[: scheme.LABEL_LIMIT])
        return titles

    def _source(self) -> str:
        said: dict[str, None] = {}
        for predicate in (DCTERMS.rights, DC.rights, DCTERMS.license, DCTERMS.rightsHolder, DCTERMS.source):
            for each in sorted(self._graph.objects(URIRef(self._uri), predicate), key=str):
                said[scheme.one_line(str(each))] = None
        return " · ".join(filter(None, said))[:2000]


def write(stream: IO[bytes], told: Scheme, form: str) -> None:
    """The vocabulary in one of the two forms: TURTLE or RDF_XML."""
    graph = Graph()
    for prefix, namespace in (("skos", SKOS), ("dcterms", DCTERMS)):
        graph.bind(prefix, namespace)
    own = URIRef(told.uri)
    graph.add((own, RDF.type, SKOS.ConceptScheme))
    for tag, title in told.titles.items():
        graph.add((own, DCTERMS.title, _literal(title, tag)))
    if told.source:
        graph.add((own, DCTERMS.rights, Literal(told.source)))
    for each in told.concepts:
        _add(graph, own, each)
    graph.serialize(stream, format=form, encoding="utf-8")


def _add(graph: Graph, own: URIRef, each: PlainConcept) -> None:
    concept = URIRef(each.uri)
    graph.add((concept, RDF.type, SKOS.Concept))
    graph.add((concept, SKOS.inScheme, own))
    if each.notation:
        graph.add((concept, SKOS.notation, Literal(each.notation)))
    for label in each.labels:
        graph.add((concept, _LABELS[label.kind][0], _literal(label.text, label.language)))
    for kind, texts in each.notes.items():
        for tag, text in texts.items():
            graph.add((concept, SKOS[kind], _literal(text, tag)))
    for uri in each.matches:
        graph.add((concept, SKOS.exactMatch, URIRef(uri)))
    for uri in each.broader:
        graph.add((concept, SKOS.broader, URIRef(uri)))
        graph.add((URIRef(uri), SKOS.narrower, concept))
    for uri in each.related:
        graph.add((concept, SKOS.related, URIRef(uri)))
    if not each.broader:
        graph.add((concept, SKOS.topConceptOf, own))
        graph.add((own, SKOS.hasTopConcept, concept))


def _literal(text: str, tag: str) -> Literal:
    return Literal(text, lang=tag or None)

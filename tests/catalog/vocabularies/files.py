"""Makes files of vocabularies for tests, in Turtle."""

from __future__ import annotations

from sqlalchemy.orm import Session

from catalog.models import VocabularyUse
from catalog.vocabularies import taking
from catalog.vocabularies.comparing import Report
from catalog.vocabularies.scheme import Label, PlainConcept, Scheme
from catalog.vocabularies.taking import Wanted

PREFIXES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix : <https://example.org/temas/> .
"""
SCIENCES = (
    PREFIXES
    + """
:v a skos:ConceptScheme ; dct:title "Campos de la ciencia"@es, "Fields of science"@en ; dct:rights "CC BY 4.0" .
:ciencias a skos:Concept ; skos:inScheme :v ; skos:notation "1" ;
    skos:prefLabel "Ciencias naturales"@es, "Natural sciences"@en ; skos:narrower :mate .
:mate a skos:Concept ; skos:inScheme :v ; skos:notation "1.1" ;
    skos:prefLabel "Matemáticas"@es, "Mathematics"@en, "Yupay yachay"@qu ;
    skos:altLabel "Ciencia de los números"@es ; skos:hiddenLabel "matematikas"@es ;
    skos:definition "Lo que se cuenta y se mide."@es ; skos:related :fisica ;
    skos:exactMatch <https://example.com/otro/math> .
:fisica a skos:Concept ; skos:inScheme :v ; skos:broader :ciencias ; skos:prefLabel "Física"@es .
"""
)
BASE = "https://example.org/temas/"


def concept(name: str, *labels: str, broader: tuple[str, ...] = (), related: tuple[str, ...] = ()) -> PlainConcept:
    """A concept whose labels are "es:preferred", "es:=alternative" or "es:~hidden"."""
    kinds = {"=": "alternative", "~": "hidden"}
    told = []
    for each in labels or (f"es:{name}",):
        language, _, text = each.partition(":")
        told.append(Label(kinds.get(text[0], "preferred"), language, text.lstrip("=~")))
    return PlainConcept(
        BASE + name,
        tuple(told),
        broader=tuple(BASE + each for each in broader),
        related=tuple(BASE + each for each in related),
    )


def scheme(*concepts: PlainConcept, uri: str = BASE + "v", title: str = "Temas") -> Scheme:
    return Scheme(uri, {"es": title}, "CC0", tuple(concepts))


def take(session: Session, *concepts: PlainConcept, use: VocabularyUse = VocabularyUse.SUBJECTS) -> Report:
    """Have a vocabulary of these concepts here; of another use it is another one."""
    told = scheme(*concepts, uri=BASE + use.value, title=use.value)
    report = taking.take(session, told, Wanted(use=use))
    session.flush()
    return report

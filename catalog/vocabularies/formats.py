"""The two forms of SKOS that are read and written: their names, media types and endings."""

from __future__ import annotations

TURTLE, RDF_XML = "turtle", "xml"
NAMES = {TURTLE: "Turtle", RDF_XML: "RDF/XML"}
MEDIA_TYPES = {TURTLE: "text/turtle", RDF_XML: "application/rdf+xml"}
ENDINGS = {TURTLE: ".ttl", RDF_XML: ".rdf"}

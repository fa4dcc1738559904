"""Vocabularies of subjects, types and rights: taken in and given out as SKOS, edited, and found in descriptions."""

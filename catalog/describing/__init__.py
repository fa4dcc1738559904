"""Describing materials in Dublin Core's words: what may be said, checking it, changing it, and what it was before."""

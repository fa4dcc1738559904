"""Versions of materials: handing one in, deciding on it, reading an earlier one, and what became of a record."""

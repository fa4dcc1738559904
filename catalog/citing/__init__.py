"""Citing what the library holds: references in the words of CSL, the usual styles, and files for reference managers."""

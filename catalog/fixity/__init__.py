"""Fixity: whether what storage holds is still what was sent, who is told where it is not, and how it is mended."""

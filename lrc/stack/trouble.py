"""What keeps the centre from running: one sentence with the cause and the remedy."""

from __future__ import annotations


class CannotRun(Exception):
    """Shown as it is on the terminal; says what is wrong and what to do about it."""


class Interrupted(Exception):
    """Someone asked for the end while the centre was still starting."""

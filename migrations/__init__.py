"""Alembic's steps from an empty database to the present one, each forward and back."""

"""For the tests that ask for `s3`: an application with a bucket of its own on the real server."""

from tests.catalog.conftest import settings

__all__ = ["settings"]

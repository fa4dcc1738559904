"""The pages that could show a resource: what is not listed here nobody tries."""

from __future__ import annotations

from tests.catalog.takedown.marks import SHARED, TEXT

SHOWING = (
    "/",
    "/search",
    "/search?q=zarzaparrilla",
    "/search?q=" + TEXT,
    "/search?q=sarsaparrilla",
    "/search?q=quinua",
    "/search/values/subject",
    "/suggest?q=zarza",
    "/similar/{like}",
    "/resources/{like}",
    "/resources/{older}",
    "/library",
    "/history",
    "/lists/{list}",
    "/lists/{list}/cite",
    "/lists/{list}/cite/ris",
    "/lists/{list}/cite/bibtex",
    "/lists/{list}/cite/csl",
    "/lists/shared/" + SHARED,
    "/lists/shared/" + SHARED + "/cite",
    "/lists/shared/" + SHARED + "/cite/ris",
    "/collections",
    "/collections/{collection}",
    "/collections/{collection}?q=zarzaparrilla",
    "/collections/{collection}/cite",
    "/collections/{collection}/cite/ris",
    "/wishes",
    "/study/modules/{module}/l1",
    "/course/readings",
    "/course/readings/print",
    "/course/readings/cite",
    "/course/readings/cite/ris",
)
"""The pages of a reader that show it among others."""

DOORS = (
    "/resources/{id}",
    "/resources/{id}/mark",
    "/resources/{id}/address",
    "/resources/{id}/read",
    "/resources/{id}/read?view=text",
    "/resources/{id}/print",
    "/resources/{id}/file",
    "/resources/{id}/link",
    "/resources/{id}/file?weight=light",
    "/resources/{id}/link?weight=light",
    "/resources/{id}/cover",
    "/resources/{id}/status",
    "/resources/{id}/cite",
    "/resources/{id}/cite/ris",
    "/resources/{id}/cite/bibtex",
    "/resources/{id}/cite/csl",
    "/resources/{id}/reuse",
    "/resources/{id}/lists",
    "/resources/{id}/captions/{captions}",
    "/resources/{id}/versions/1",
    "/resources/{id}/versions/1/status",
    "/resources/{id}/versions/1/read",
    "/resources/{id}/versions/1/print",
    "/resources/{id}/versions/1/file",
    "/resources/{id}/versions/1/link",
    "/similar/{id}",
    "/r/{record}",
    "/open/resource/{record}",
    "/collections/{collection}/cover",
)
"""The pages of a reader that show it alone."""
TO_WHAT_IS_IN_IT = tuple(
    each for each in DOORS if each.endswith(("/read", "=text", "=light", "/print", "/file", "/link", "ons}"))
)

FOR_ITS_MAKERS = frozenset(
    {"availability", "choose_collections", "describe", "edits", "describe_version", "new_version", "all_versions"}
    | {"record_trail"}
)
"""Pages of one resource that only those see who made it or care for it; below catalog."""

DESKS = (
    "/review",
    "/mine",
    "/bulk",
    "/bulk/table?as=csv",
    "/bulk/pick?q=zarzaparrilla",
    "/wishes/queue",
    "/weblinks",
    "/library/search",
    "/collections",
)
"""Where librarians work."""

GONE = {403, 404, 410}
CLOSED = {403, 409}

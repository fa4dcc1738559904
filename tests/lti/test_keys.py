"""Our own keys: one is made, kept encrypted, and replaced where its secret is lost."""

from __future__ import annotations

import jwt
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.keys import ensure_key, key_set, private_key
from lti.models import ToolKey

SECRET, OTHER = "a secret key that is long enough", "another secret key, as long as it"


def test_what_our_key_signs_our_key_set_checks(session: Session) -> None:
    key = ensure_key(session, SECRET)
    token = jwt.encode({"a": 1}, private_key(key, SECRET), algorithm="RS256", headers={"kid": key.kid})
    [public] = key_set(session, SECRET)["keys"]
    assert public["kid"] == key.kid
    assert jwt.decode(token, jwt.PyJWK(public), algorithms=["RS256"]) == {"a": 1}


def test_the_same_key_is_kept_and_never_in_clear(session: Session) -> None:
    key = ensure_key(session, SECRET)
    assert ensure_key(session, SECRET) is key
    assert "PRIVATE KEY" not in key.private_pem


def test_a_changed_secret_retires_the_key_and_makes_another(session: Session) -> None:
    first = ensure_key(session, SECRET)
    second = ensure_key(session, OTHER)
    assert first.retired_at is not None
    assert [key["kid"] for key in key_set(session, OTHER)["keys"]] == [second.kid]
    assert len(session.scalars(select(ToolKey)).all()) == 2

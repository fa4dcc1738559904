"""Our own keys: one signs, a new one is published first, an old one is served for a while; all kept encrypted."""

from __future__ import annotations

from datetime import timedelta

import jwt
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.celery import celery
from lrc.config import Settings
from lrc.db import utcnow
from lti import keys, keytasks
from lti.keycommands import key_commands
from lti.keys import ensure_key, key_set, private_key, signing_key
from lti.models import ToolKey
from tests.factories import Browser

SECRET, OTHER = "a secret key that is long enough", "another secret key, as long as it"
HALF_A_YEAR = timedelta(days=180)


def published(session: Session, secret: str = SECRET) -> list[str]:
    return [key["kid"] for key in key_set(session, secret)["keys"]]


def later(session: Session, by: timedelta) -> None:
    """Let time pass for the keys, and let beat's task look at them."""
    for key in session.scalars(select(ToolKey)):
        key.created_at -= by
        key.signs_from = key.signs_from and key.signs_from - by
        key.retired_at = key.retired_at and key.retired_at - by
    session.flush()
    keys.rotate_aged(session, SECRET, HALF_A_YEAR)


def test_what_our_key_signs_our_key_set_checks(session: Session) -> None:
    token = signing_key(session, SECRET).sign({"a": 1})
    [public] = key_set(session, SECRET)["keys"]
    assert public["kid"] == jwt.get_unverified_header(token)["kid"]
    assert set(public) == {"kty", "n", "e", "kid", "alg", "use", "key_ops"}
    assert jwt.decode(token, jwt.PyJWK(public), algorithms=["RS256"]) == {"a": 1}


def test_the_same_key_is_kept_and_never_in_clear(session: Session) -> None:
    key = ensure_key(session, SECRET)
    assert ensure_key(session, SECRET) is key
    assert keys.find_signing_key(session, SECRET) == signing_key(session, SECRET)
    assert "PRIVATE KEY" not in key.private_pem
    assert "PRIVATE KEY" not in repr(signing_key(session, SECRET))


def test_the_first_key_signs_at_once(session: Session) -> None:
    assert keys.find_signing_key(session, SECRET) is None
    assert keys.rotate(session, SECRET).kid == signing_key(session, SECRET).kid


def test_a_new_key_is_published_first_and_signs_when_platforms_had_time_to_see_it(session: Session) -> None:
    old = ensure_key(session, SECRET).kid
    new = keys.rotate(session, SECRET).kid
    assert (signing_key(session, SECRET).kid, published(session)) == (old, [old, new])
    later(session, keys.CACHED_FOR)
    assert signing_key(session, SECRET).kid == old
    later(session, keys.PUBLISHED_FIRST)
    assert (signing_key(session, SECRET).kid, published(session)) == (new, [old, new])


def test_an_old_key_is_served_until_no_platform_can_need_it_and_then_forgotten(session: Session) -> None:
    old = ensure_key(session, SECRET).kid
    new = keys.rotate(session, SECRET).kid
    later(session, keys.PUBLISHED_FIRST)
    later(session, keys.SERVED_AFTER - timedelta(hours=1))
    assert published(session) == [old, new]
    later(session, timedelta(hours=2))
    assert published(session) == [new]
    assert session.scalars(select(ToolKey.kid)).all() == [new]


def test_an_old_key_is_not_served_longer_where_no_task_runs(session: Session) -> None:
    old = ensure_key(session, SECRET)
    old.retired_at = utcnow() - keys.SERVED_AFTER
    assert published(session) == []
    assert signing_key(session, SECRET).kid != old.kid


def test_rotating_twice_makes_one_key(session: Session) -> None:
    ensure_key(session, SECRET)
    assert keys.rotate(session, SECRET) is keys.rotate(session, SECRET)
    assert len(published(session)) == 2


def test_a_key_is_rotated_when_it_is_old_and_only_once(session: Session) -> None:
    old = ensure_key(session, SECRET).kid
    later(session, HALF_A_YEAR - timedelta(days=1))
    assert published(session) == [old]
    later(session, timedelta(days=1))
    later(session, timedelta(hours=1))
    [_, new] = published(session)
    later(session, keys.PUBLISHED_FIRST)
    assert signing_key(session, SECRET).kid == new
    later(session, HALF_A_YEAR - timedelta(days=1))
    assert published(session) == [new]


def test_a_leaked_key_is_served_no_longer(session: Session) -> None:
    ensure_key(session, SECRET)
    keys.rotate(session, SECRET)
    new = keys.replace_leaked(session, SECRET)
    assert published(session) == [new.kid] == [signing_key(session, SECRET).kid]
    assert session.scalars(select(ToolKey.kid)).all() == [new.kid]


def test_after_a_changed_secret_another_key_signs_until_the_old_ones_are_taken_along(session: Session) -> None:
    first = ensure_key(session, SECRET)
    second = ensure_key(session, OTHER)
    assert published(session, OTHER) == [second.kid]
    assert keys.states(session, OTHER) == [(first, "unreadable"), (second, "signing")]
    assert keys.reseal(session, SECRET, OTHER) == 1
    assert published(session, OTHER) == [first.kid, second.kid]
    assert private_key(first, OTHER).key_size == keys.KEY_BITS


def test_keys_taken_along_before_the_start_go_on_signing(session: Session) -> None:
    first = ensure_key(session, SECRET)
    assert keys.reseal(session, "not the one of before, by mistake", OTHER) == 0
    assert keys.reseal(session, SECRET, OTHER) == 1
    assert ensure_key(session, OTHER) is first


def test_keys_that_stay_unreadable_are_forgotten_in_time(session: Session) -> None:
    ensure_key(session, OTHER)
    new = ensure_key(session, SECRET)
    later(session, timedelta(hours=1))
    later(session, keys.SERVED_AFTER)
    assert session.scalars(select(ToolKey)).all() == [new]


def test_the_key_set_is_told_to_be_kept_for_less_time_than_a_new_key_waits(app: Flask) -> None:
    answer = Browser(app, app.response_class).get("/lti/jwks.json")
    assert answer.json
    assert len(answer.json["keys"]) == 1
    assert set(answer.json["keys"][0]) & {"d", "p", "q", "dp", "dq", "qi"} == set()
    assert answer.cache_control.max_age == keys.CACHED_FOR.total_seconds() < keys.PUBLISHED_FIRST.total_seconds()


def test_beats_task_rotates_by_the_setting(app: Flask, session: Session, settings: Settings) -> None:
    ensure_key(session, settings.secret_key).created_at -= timedelta(days=settings.key_lifetime_days)
    session.commit()
    assert "lti.rotate_keys" in {each["task"] for each in celery.conf.beat_schedule.values()}
    keytasks.rotate_keys()
    session.rollback()
    assert len(published(session, settings.secret_key)) == 2


def run(app: Flask, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(key_commands, words, obj=lambda: app, input=typed)


def test_the_commands_show_and_rotate(app: Flask, session: Session) -> None:
    assert "There is no key yet" in run(app, "list").output
    first = run(app, "rotate").output.partition(" ")[0]
    second = run(app, "rotate").output.partition(" ")[0]
    lines = [line.split("\t") for line in run(app, "list").output.splitlines()]
    assert [(line[0], line[1]) for line in lines] == [(first, "signing"), (second, "upcoming")]
    assert "signs from now on" in run(app, "rotate", "--now").output
    [line] = run(app, "list").output.splitlines()
    assert line.split("\t")[0] not in (first, second)


def test_the_old_secret_is_asked_for_and_not_shown(app: Flask, session: Session, settings: Settings) -> None:
    kid = ensure_key(session, OTHER).kid
    session.commit()
    said = run(app, "reseal", typed=f"{OTHER}\n")
    assert "1 key(s)" in said.output
    assert OTHER not in said.output
    assert signing_key(session, settings.secret_key).kid == kid

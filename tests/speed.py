"""What is made once for all tests, though each has an application of its own: templates, routes, SQL and RSA keys."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from types import CodeType
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, Rule
from werkzeug.routing.matcher import StateMachineMatcher

import lrc.db
from tests import lending

_STATEMENTS = 4000
"""More than all tests have together; each is compiled once a process."""

_MADE_BEFORE_COLLECTING = 20_000
"""Python's own 700 has the collector look again several times in each test at what the test still needs."""


class _Compiled(BytecodeCache):
    """Keeps compiled templates for as long as the process runs."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


class _Keys:
    """Gives the first, second... RSA key that a test makes as the same in every test, since making one takes its time.

    Those of one test differ from each other, and from what outlives a test: that is made apart.
    """

    def __init__(self, generate: Callable[..., rsa.RSAPrivateKey]) -> None:
        self._generate = generate
        self._kept: dict[tuple[int, int], rsa.RSAPrivateKey] = {}
        self._given: int | None = None

    def begin(self) -> None:
        self._given = 0

    def end(self) -> None:
        self._given = None

    def __call__(self, public_exponent: int, key_size: int) -> rsa.RSAPrivateKey:
        if self._given is None:
            return self._generate(public_exponent=public_exponent, key_size=key_size)
        self._given += 1
        which = (key_size, self._given)
        if which not in self._kept:
            self._kept[which] = self._generate(public_exponent=public_exponent, key_size=key_size)
        return self._kept[which]


class _Routes:
    """Blueprints that were registered in this order before bring the same routes, which are then not made again.

    An application that gets another route afterwards has a map of its own from then on.
    """

    def __init__(self, register: Callable[..., None], add_url_rule: Callable[..., None], add: Callable[..., None]):
        self._register, self._add_url_rule, self._add = register, add_url_rule, add
        self._known: dict[tuple[Any, ...], tuple[StateMachineMatcher, dict[Any, list[Rule]], dict[str, Any]]] = {}

    def register(self, app: Flask, blueprint: Blueprint, **options: Any) -> None:
        before = app.__dict__.get("_rooms", app.static_url_path), dict(app.view_functions)
        after = (before[0], len(before[1]), blueprint, *sorted(options.items()))
        known = self._known.get(after)
        app._routes_are_known, app._rooms = known is not None, after  # type: ignore[attr-defined]
        self._register(app, blueprint, **options)
        app._routes_are_known = False  # type: ignore[attr-defined]
        routes = app.url_map
        if known:
            routes._matcher, routes._rules_by_endpoint, views = known
            routes._is_shared, routes._remap = True, False  # type: ignore[attr-defined]
            app.view_functions |= views
        else:
            routes.update()
            views = {name: view for name, view in app.view_functions.items() if name not in before[1]}
            self._known[after] = deepcopy(routes._matcher, _same(routes)), _lists(routes), views

    def add_url_rule(self, state: BlueprintSetupState, *args: Any, **kwargs: Any) -> None:
        if not state.app._routes_are_known:  # type: ignore[attr-defined]
            self._add_url_rule(state, *args, **kwargs)

    def add(self, routes: Map, rule: Rule) -> None:
        if routes.__dict__.pop("_is_shared", False):
            routes._matcher, routes._rules_by_endpoint = deepcopy(routes._matcher, _same(routes)), _lists(routes)
        self._add(routes, rule)


def _method(does: Callable[..., None]) -> Callable[..., None]:
    """As a method of another class, whose instance comes first."""
    return lambda *args, **kwargs: does(*args, **kwargs)


def _same(routes: Map) -> dict[int, Any]:
    """What a copy of its matcher shares with it: the rules."""
    return {id(rule): rule for rules in routes._rules_by_endpoint.values() for rule in rules}


def _lists(routes: Map) -> dict[Any, list[Rule]]:
    return {endpoint: list(rules) for endpoint, rules in routes._rules_by_endpoint.items()}


_keys = _Keys(rsa.generate_private_key)


def pytest_configure() -> None:
    """Making these anew for each application was most of what a test cost."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Compiled()}
    Rule.compile = _once(Rule.compile)  # type: ignore[method-assign]
    routes = _Routes(Flask.register_blueprint, BlueprintSetupState.add_url_rule, Map.add)
    Flask.register_blueprint = _method(routes.register)  # type: ignore[method-assign]
    BlueprintSetupState.add_url_rule = _method(routes.add_url_rule)  # type: ignore[method-assign]
    Map.add = _method(routes.add)  # type: ignore[method-assign]
    lrc.db.make_engine = _sharing(lrc.db.make_engine)
    rsa.generate_private_key = _keys
    serialization.load_pem_private_key = cache(serialization.load_pem_private_key)


def pytest_collection_finish() -> None:
    """The collector of garbage need not look again and again at what stays to the end: the modules and the tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MADE_BEFORE_COLLECTING, 20, 20)


@pytest.fixture(autouse=True)
def keys_by_number() -> Iterator[None]:
    """Fixtures that outlive a test were made before this one."""
    _keys.begin()
    yield
    _keys.end()


def _once(compile_rule: Callable[[Rule], None]) -> Callable[[Rule], None]:
    """Routes are compiled once: what that makes depends on nothing but how they are written."""
    made: dict[Any, Rule] = {}

    def remembered(rule: Rule) -> None:
        assert rule.map is not None
        if rule.defaults or rule.map.converters != Map.default_converters:
            compile_rule(rule)
            return
        written = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, rule.map.host_matching)
        same = made.setdefault(written, rule)
        if same is rule:
            compile_rule(rule)
            return
        rule._parts, rule._trace, rule._converters = same._parts, same._trace, same._converters
        rule.arguments = rule.arguments | same.arguments
        rule._build = same._build.__func__.__get__(rule)  # type: ignore[attr-defined]
        rule._build_unknown = same._build_unknown.__func__.__get__(rule)  # type: ignore[attr-defined]

    return remembered


def _sharing(make_engine: Callable[..., Engine]) -> Callable[..., Engine]:
    """Engines of one kind of database share its dialect, once that knows the server, and the statements it compiled."""
    first: dict[str, Engine] = {}

    def make(database_url: str, **asked: Any) -> Engine:
        engine = make_engine(database_url, **asked)
        if engine.name == "postgresql":
            lending.lends(engine)
        known = first.get(engine.name)
        if known is None or known.dialect.server_version_info is None:
            first[engine.name] = engine
            engine._compiled_cache = LRUCache(_STATEMENTS)
        else:
            engine.dialect = engine.pool._dialect = known.dialect
            engine._compiled_cache = known._compiled_cache
        return engine

    return make

"""Where the index lies: the pointer to the live generation, the generations' tables, and the writers' lock.

``lrc_index.pointer`` has one row: the number of the live generation, the version that made it, and its totals.
Generation 7 is the schema ``lrc_index_7``; a rebuild fills another and lets the pointer tell it in the same
transaction. Which generation a transaction means is told by its search_path, so that all other statements are constant.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from search.analysis import ANALYSIS_VERSION
from search.errors import IndexBusy, IndexMissing, IndexUnavailable
from search.postgres_index.channel import Busy, Channel, Gone, alone, transaction

FORMAT_VERSION = 2
"""Raise it when the tables would be laid out otherwise."""
VERSION = f"{FORMAT_VERSION}.{ANALYSIS_VERSION}"
SCHEMA = "lrc_index"
_LOCK = 0x4C52435F494458
"""Of PostgreSQL's advisory locks of this database the one that writers take."""
_FILL_LOCK = _LOCK + 1
"""And the one that who takes in many holds."""
_FILL_POLL_S = 0.05
_DROP_WAIT_MS = 200

_POINTER = """
CREATE SCHEMA IF NOT EXISTS lrc_index;
CREATE TABLE IF NOT EXISTS lrc_index.pointer (
    is_it boolean PRIMARY KEY DEFAULT true CHECK (is_it),
    live integer NOT NULL,
    version text NOT NULL,
    totals jsonb NOT NULL  -- see Live
)
"""
_TABLES = """
CREATE TABLE audiences (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TABLE facet_values (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, facet text NOT NULL, value text NOT NULL
);
CREATE TABLE documents (
    number bigint PRIMARY KEY,  -- of its head among the units
    id text COLLATE "C" NOT NULL UNIQUE,
    record_id text COLLATE "C" NOT NULL,
    audience integer NOT NULL,
    kind smallint NOT NULL,  -- a place in search.documents.KINDS, from 0
    year integer NOT NULL,
    added bigint NOT NULL,
    uses bigint NOT NULL,
    revision bigint NOT NULL,
    facets integer[] NOT NULL,
    title_key text COLLATE "C" NOT NULL,  -- folded, to sort by
    title text NOT NULL,
    fields jsonb NOT NULL,  -- what else a hit tells
    thumbnail bytea NOT NULL
) WITH (toast_tuple_target = 256);
CREATE TABLE units (
    id bigint PRIMARY KEY,
    document bigint NOT NULL,
    audience integer NOT NULL,
    page integer NOT NULL,  -- 0: the head
    title_length integer NOT NULL,
    text_length integer NOT NULL,
    label text NOT NULL,
    text text NOT NULL,
    vector tsvector NOT NULL
) WITH (toast_tuple_target = 128);
CREATE TABLE words (
    word text COLLATE "C" NOT NULL,
    audience integer NOT NULL,
    count integer NOT NULL,  -- units that hold it
    length smallint NOT NULL,
    letters integer NOT NULL,  -- which letters it has, a bit each
    inflected integer, derived integer, english integer, sound integer,  -- hashes of keys; none where it has no kin
    PRIMARY KEY (word, audience)
);
CREATE TABLE names (
    kind text NOT NULL,  -- subject or creator
    text text NOT NULL,
    audience integer NOT NULL,
    count integer NOT NULL,  -- documents that have it
    vector tsvector NOT NULL
);
"""
_INDEXES = """
CREATE INDEX ON audiences USING hash (name);
CREATE INDEX ON facet_values USING hash (value);
CREATE INDEX ON documents USING hash (record_id);
CREATE INDEX ON documents (title_key);
CREATE INDEX ON units (document);
CREATE INDEX ON words (inflected);
CREATE INDEX ON words (derived);
CREATE INDEX ON words (english);
CREATE INDEX ON words (sound);
CREATE INDEX ON names USING hash (text);
"""
_FULL_TEXT = """
CREATE INDEX ON units USING gin (vector);
CREATE INDEX ON names USING gin (vector);
"""
_ANALYSE = "ANALYZE audiences, facet_values, documents, units, words, names"
_LIVE = """
SELECT live, version, totals,
    set_config('search_path', 'lrc_index_' || live, true),
    set_config('jit', 'off', true),  -- compiling takes longer than what we ask
    set_config('plan_cache_mode', 'force_custom_plan', true),
    set_config('work_mem', '32MB', true)
FROM lrc_index.pointer
"""


@dataclass
class Live:
    """The live generation as one transaction sees it. Writers change the totals and save them."""

    number: int
    channel: Channel
    documents: int = 0
    units: int = 0
    title_length: int = 0
    """Telling words of all titles."""
    text_length: int = 0
    next_unit: int = 1
    state: int = 0
    """Another after every change of the same generation."""
    stale: int = 0
    """Documents replaced or deleted since the tables were last tidied."""

    def average(self, name: str) -> float:
        """How many telling words a title has, or a text."""
        if name == "title":
            return max(self.title_length / max(self.documents, 1), 1.0)
        return max(self.text_length / max(self.units, 1), 1.0)

    def save(self) -> None:
        """Let the pointer tell this generation and its totals."""
        self.state += 1
        totals = {key: value for key, value in vars(self).items() if key not in ("number", "channel")}
        self.channel.run(_SAVE, number=self.number, version=VERSION, totals=json.dumps(totals))


_SAVE = """
INSERT INTO lrc_index.pointer (live, version, totals) VALUES (%(number)s, %(version)s, %(totals)s::jsonb)
ON CONFLICT (is_it) DO UPDATE SET live = EXCLUDED.live, version = EXCLUDED.version, totals = EXCLUDED.totals
"""


def live(channel: Channel) -> Live:
    """What is searched now. Raises IndexMissing before the first write, IndexUnavailable for another version's."""
    try:
        found = channel.rows(_LIVE)
    except Gone as error:
        raise IndexMissing(detail="the database has no index yet: lrc import or lrc reindex makes one") from error
    if not found:
        raise IndexMissing(detail="the database has no index yet: lrc import or lrc reindex makes one")
    number, version, totals = found[0][:3]
    if version != VERSION:
        raise IndexUnavailable(detail=f"the index has version {version}, not {VERSION}; run lrc reindex")
    return Live(number, channel, **totals)


def exists(channel: Channel) -> bool:
    """Whether there is a live generation, of whatever version. For who holds the lock: others may make one."""
    channel.run(_POINTER)
    return bool(channel.rows("SELECT FROM lrc_index.pointer"))


def create(channel: Channel) -> Live:
    """A fresh, empty generation that nobody knows yet; what follows in the transaction means its tables."""
    channel.run(_POINTER)
    number = max((*_generations(channel), 0)) + 1
    channel.run(f"CREATE SCHEMA lrc_index_{number}")
    channel.run("SELECT set_config('search_path', %(path)s, true)", path=f"lrc_index_{number}")
    channel.run(_TABLES)
    channel.run(_INDEXES)
    return Live(number, channel)


def complete(channel: Channel) -> None:
    """Make what is quicker made once all rows are there."""
    channel.run(_FULL_TEXT)
    analyse(channel)


def analyse(channel: Channel) -> None:
    """Let the planner know what the tables hold now."""
    channel.run(_ANALYSE)


def _generations(channel: Channel) -> list[int]:
    found = channel.rows(r"SELECT substr(nspname, 11)::int FROM pg_namespace WHERE nspname ~ '^lrc_index_\d{1,9}$'")
    return [number for (number,) in found]


def drop_others(engine: Engine) -> None:
    """Drop the generations that are not live, but those that somebody still reads: the next writer sees to them."""
    with transaction(engine, reading=True) as channel:
        kept = live(channel).number
        others = [number for number in _generations(channel) if number != kept]
    for number in others:
        try:
            with transaction(engine, reading=False) as channel:
                channel.run("SELECT set_config('lock_timeout', %(ms)s, true)", ms=str(_DROP_WAIT_MS))
                channel.run(f"DROP SCHEMA IF EXISTS lrc_index_{number} CASCADE")
        except Busy:
            continue


@contextmanager
def writing(engine: Engine, wait_s: float) -> Iterator[Channel]:
    """One transaction of the only writer, of all machines. Raises IndexBusy after ``wait_s`` seconds of waiting.

    The lock is the transaction's: it falls with the connection that holds it, however that ends.
    """
    with transaction(engine, reading=False) as channel:
        channel.run(
            "SELECT set_config('lock_timeout', %(ms)s, true), set_config('search_path', 'lrc_index', true)",
            ms=str(max(1, round(wait_s * 1000))),
        )
        try:
            channel.run("SELECT pg_advisory_xact_lock(%(key)s)", key=_LOCK)
        except Busy as error:
            raise IndexBusy(detail="another process has been writing to the index for too long") from error
        channel.run(
            "SELECT set_config('lock_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)"
        )
        yield channel


@contextmanager
def filling(engine: Engine, wait_s: float) -> Iterator[None]:
    """Be the only one who takes in many, of all machines. Raises IndexBusy after ``wait_s`` seconds of waiting.

    The lock is the connection's, and falls with it; transactions of others come and go meanwhile.
    """
    until = time.monotonic() + wait_s
    with alone(engine) as channel:
        while channel.rows("SELECT pg_try_advisory_lock(%(key)s)", key=_FILL_LOCK) != [(True,)]:
            if time.monotonic() >= until:
                raise IndexBusy(detail="another process has been taking in many documents for too long")
            time.sleep(_FILL_POLL_S)
        try:
            yield
        finally:
            channel.run("SELECT pg_advisory_unlock(%(key)s)", key=_FILL_LOCK)

"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")
SIZE = 20


@dataclass(frozen=True)
class Stretch(Generic[T]):
    """One page of a list: its items, its number from 1, how many pages and items there are in all."""

    items: Sequence[T]
    number: int
    count: int
    total: int


def paginate(session: Session, query: Select[T], number: int) -> Stretch[T]:
    """The page ``number`` of what the query finds, or the nearest that there is: a list may have grown shorter."""
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    count = max(1, -(-total // SIZE))
    number = min(max(number, 1), count)
    items = session.scalars(query.offset((number - 1) * SIZE).limit(SIZE)).unique().all()
    return Stretch(items, number, count, total)

"""
The kinds of connected sources, each in one entry: what people call it, and the adapter that reaches it.

A place is a frozen description made inside a scope and used outside one. Every kind's place has `key`, `asker`,
`password` (and whether it `needs_password`); what else it has is the adapter's business.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operant.platform.files.sandbox import Column

from . import calls, feeds, mysql, postgres
from .calls import Database
from .feeds import Feed
from .stepping import Report, Told, quietly

Connected = Database | Feed
_SETTINGS = ("header", "rows", "paging", "following", "parameter", "first", "most_pages", "fresh_seconds", "measures",
             "span_seconds")  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """
    One kind. `noun` is what stands at the other end, `steps` those of its test.

    `of` makes a place of a kept connection, `kept` gives the columns of a place's connection, and `guarded` says where
    its password goes and how well it is guarded on the way. What is `fetched` is kept here as a table.
    """

    name: str
    noun: str
    steps: tuple[str, ...]
    of: Callable[..., Connected]
    kept: Callable[[Any], Mapping[str, Any]]
    guarded: Callable[[Any], tuple[Any, ...]]
    fetched: bool = False


def kind_of(place: Connected) -> str:
    """Return the key of a place's kind."""
    return place.format if isinstance(place, Feed) else place.kind


def probe(
    place: Connected, told: Told = quietly, folder: Path = Path(), columns: list[Column] | None = None,
    pins: Mapping[str, str] | None = None, known: Mapping[str, str] | None = None,
) -> Report:
    """Return how far a test of a place comes. What is fetched lies in `folder` then. Never inside a scope."""
    if isinstance(place, Feed):
        return feeds.probe(place, told, folder, columns, pins, known)
    return calls.probe(place, told)


def _database(kind: type[Database]) -> Kind:
    def made(row: Any, **more: str) -> Database:
        return kind(
            host=row.host, port=row.port, name=row.database, user=row.username, password=row.password, tls=row.tls,
            authority=row.authority, schema=row.schema, **more,
        )  # fmt: skip

    return Kind(kind.product, "database", calls.STEPS, made, _database_kept, _database_guarded)


def _database_kept(place: Database) -> Mapping[str, Any]:
    return {
        "host": place.host, "port": place.port, "database": place.name, "username": place.user, "tls": place.tls,
        "authority": place.authority, "schema": place.schema,
    }  # fmt: skip


def _database_guarded(place: Database) -> tuple[Any, ...]:
    return place.host, place.port, place.user, place.tls, place.authority


def _feed(format: str) -> Callable[..., Feed]:
    def made(row: Any, **more: str) -> Feed:
        return Feed(format=format, address=row.address, password=row.password, **row.settings, **more)

    return made


def _feed_kept(place: Feed) -> Mapping[str, Any]:
    address = place.target
    return {
        "host": address.host, "port": address.port, "tls": "verify" if address.is_secret else "off",
        "address": place.address, "settings": {name: getattr(place, name) for name in _SETTINGS},
    }  # fmt: skip


def _feed_guarded(place: Feed) -> tuple[Any, ...]:
    return (*place.target.origin, place.header.lower())


DATABASES: dict[str, type[Database]] = {each.kind: each for each in (postgres.Database, mysql.Database)}
KINDS = {
    **{key: _database(kind) for key, kind in DATABASES.items()},
    feeds.JSON: Kind("JSON from the web", "address", feeds.STEPS, _feed(feeds.JSON), _feed_kept, _feed_guarded, True),
    feeds.PROMETHEUS: Kind("Prometheus", "address", feeds.STEPS, _feed(feeds.PROMETHEUS), _feed_kept, _feed_guarded, True),
    feeds.CSV: Kind("CSV from the web", "address", feeds.STEPS, _feed(feeds.CSV), _feed_kept, _feed_guarded, True),
}  # fmt: skip
UPLOADED_DATABASE = "sqlite"
EXTRACT = "extract"
FETCHED = frozenset(key for key, kind in KINDS.items() if kind.fetched)

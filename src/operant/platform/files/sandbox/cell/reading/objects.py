"""Objects within rows of JSON: kept as they came, with columns of their own for what stands in them."""

import json
import re
from dataclasses import dataclass

from ..engine import Engine, named, quoted
from .csv_file import listed

_KEPT = "records = true, columns = "
# An object with more keys, of which a row has less than half, is no row of columns: currencies, languages, scores by name.
_MANY, _FILLED = 8, 0.5
Described = list[tuple[str, str]]


@dataclass(frozen=True)
class Spread:
    """Where rows come from, its columns as (label, DuckDB type), and what is to be known of them."""

    source: str
    described: Described
    warnings: list[str]


def spread(engine: Engine, path: str, source: str, described: Described, most: int) -> Spread:
    """
    Give what stands one level down in objects columns of its own: {"at": {"city": "Bonn"}} has `at_city`.

    The objects stay columns too, as they came, behind all others; so do those whose keys are values rather than names of columns.
    """
    nested = [raw for raw, kind in described if _is_nested(kind)]
    if not nested or _has_renamed(described):
        return Spread(source, described, [])
    source = f"SELECT * FROM read_json({quoted(path)}, {_KEPT}{_declared(described)})"
    inner = {raw: _inner(engine, kind) for raw, kind in described if kind.startswith("STRUCT(") and not kind.endswith("]")}
    maps = _maps(engine, source, inner)
    found = [(raw, name, kind) for raw, fields in inner.items() if raw not in maps for name, kind in fields]
    labels = [f"{raw}.{name}" for raw, name, _ in found]
    if len(described) + len(found) > most or {each.lower() for each in labels} & {raw.lower() for raw, _ in described}:
        found, labels = [], []
    columns = [*described, *((label, kind) for label, (_, _, kind) in zip(labels, found, strict=True))]
    # What people look for is behind no object of a hundred keys.
    columns.sort(key=lambda each: _is_nested(each[1]))
    told = listed("Objects whose keys differ from row to row stay one column of JSON", maps)
    return Spread(_made(source, [raw for raw in inner if raw not in maps], found, inner) if found else source, columns, told)


def _is_nested(kind: str) -> bool:
    return kind.endswith("]") or kind.startswith(("STRUCT(", "MAP(", "UNION("))


def _has_renamed(described: Described) -> bool:
    """Say whether columns may be called otherwise than their keys: of “a” and “A” DuckDB makes “a” and “A_1”."""
    names = {raw.lower() for raw, _ in described}
    return any(re.sub(r"_\d+$", "", name) in names - {name} for name in names)


def _declared(described: Described) -> str:
    kinds = (f"{quoted(raw)}: {quoted('JSON' if _is_nested(kind) else kind)}" for raw, kind in described)
    return "{" + ", ".join(kinds) + "}"


def _inner(engine: Engine, kind: str) -> Described:
    return [(name, inner) for name, inner, *_rest in engine.rows(f"DESCRIBE SELECT unnest(NULL::{kind})")]


def _maps(engine: Engine, source: str, inner: dict[str, Described]) -> list[str]:
    """Return the objects whose keys are values: many, and few in each row, or all of them objects of one kind."""
    many = [raw for raw, fields in inner.items() if len(fields) > _MANY]
    if not many:
        return []
    filled = ", ".join(f"avg(len(json_keys({named(raw)})))" for raw in many)
    keys = engine.rows(f"SELECT {filled} FROM ({source})")[0]
    return [
        raw for raw, count in zip(many, keys, strict=True)
        if (count or 0) < _FILLED * len(inner[raw]) or _is_alike(inner[raw])
    ]  # fmt: skip


def _is_alike(fields: Described) -> bool:
    kinds = {kind for _, kind in fields}
    return len(kinds) == 1 and _is_nested(kinds.pop())


def _made(source: str, objects: list[str], found: list[tuple[str, str, str]], inner: dict[str, Described]) -> str:
    shapes = {raw: {name: "JSON" if _is_nested(kind) else kind for name, kind in inner[raw]} for raw in objects}
    # A name that no key has: it holds all of them.
    taken = {raw: "in " + "·".join(inner) + f" {at}" for at, raw in enumerate(objects)}
    opened = ", ".join(f"from_json({named(raw)}, {quoted(json.dumps(shapes[raw]))}) AS {named(taken[raw])}" for raw in objects)
    more = ", ".join(f"{named(taken[raw])}.{named(name)} AS {named(raw + '.' + name)}" for raw, name, _ in found)
    return f"SELECT *, {more} FROM (SELECT *, {opened} FROM ({source}))"

"""Objects within rows of JSON: kept as they came, with columns of their own for what stands in them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..engine import Engine, named, quoted
from .csv_file import listed

_KEPT = "records = true, columns = "
# An object with more keys, of which a row has less than half, is no row of columns: currencies, languages, scores by name.
_MANY, _FILLED = 8, 0.5
_TOLD = "Objects whose keys differ from row to row stay one column of JSON, but for keys that half of the rows have"
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
    if not nested:
        return Spread(source, described, [])
    inner = {raw: _inner(engine, kind) for raw, kind in described if kind.startswith("STRUCT(") and not kind.endswith("]")}
    kept = [raw for raw in nested if raw not in _renamed(raw for raw, _ in described)]
    as_came = f"SELECT * FROM read_json({quoted(path)}, {_KEPT}{_declared(kept)})"
    maps = _maps(engine, as_came, {raw: fields for raw, fields in inner.items() if raw in kept})
    found = [(raw, *each) for raw, fields in inner.items() for each in fields if raw not in maps or each[0] in maps[raw]]
    labels = [f"{raw}.{name}" for raw, name, _ in found]
    if len(described) + len(found) > most or {each.lower() for each in labels} & {raw.lower() for raw, _ in described}:
        found, labels = [], []
    columns = [*described, *((label, kind) for label, (_, _, kind) in zip(labels, found, strict=True))]
    # What people look for is behind no object of a hundred keys.
    columns.sort(key=lambda each: _is_nested(each[1]))
    told = listed(_TOLD, [*maps])
    return Spread(_made(source, as_came, kept, found, inner), columns, told)


def _is_nested(kind: str) -> bool:
    return kind.endswith("]") or kind.startswith(("STRUCT(", "MAP(", "UNION("))


def _renamed(names: Iterable[str]) -> set[str]:
    """Return names that may be no keys: of “a” and “A” DuckDB makes “a” and “A_1”."""
    given = list(names)
    by_lower = {name.lower(): name for name in given}
    plain = {name: re.sub(r"_\d+$", "", name) for name in given}
    return {name for name, bare in plain.items() if bare != name and by_lower.get(bare.lower(), bare) != bare}


def _declared(raws: list[str]) -> str:
    return "{" + ", ".join(f"{quoted(raw)}: 'JSON'" for raw in raws) + "}"


def _inner(engine: Engine, kind: str) -> Described:
    return [(name, inner) for name, inner, *_rest in engine.rows(f"DESCRIBE SELECT unnest(NULL::{kind})")]


def _maps(engine: Engine, as_came: str, inner: dict[str, Described]) -> dict[str, set[str]]:
    """Return objects whose keys are values, many of which a row has few or all alike, with the keys that may be columns."""
    many = [raw for raw, fields in inner.items() if len(fields) > _MANY]
    if not many:
        return {}
    filled = ", ".join(f"avg(len(json_keys({named(raw)})))" for raw in many)
    keys = engine.rows(f"SELECT {filled} FROM ({as_came})")[0]
    few = {raw for raw, count in zip(many, keys, strict=True) if (count or 0) < _FILLED * len(inner[raw])}
    alike = {raw for raw in many if _is_alike(inner[raw])}
    return {raw: set() if raw in alike else _usual(engine, as_came, raw) for raw in many if raw in few | alike}


def _usual(engine: Engine, as_came: str, raw: str) -> set[str]:
    """Return the keys of an object that at least half of the rows have."""
    keys = f"SELECT unnest(json_keys({named(raw)})) AS key FROM ({as_came})"
    half = f"SELECT {_FILLED} * count(*) FROM ({as_came})"
    return {key for (key,) in engine.rows(f"SELECT key FROM ({keys}) GROUP BY key HAVING count(*) >= ({half})")}


def _is_alike(fields: Described) -> bool:
    kinds = {kind for _, kind in fields}
    return len(kinds) == 1 and _is_nested(kinds.pop())


def _made(source: str, as_came: str, kept: list[str], found: list[tuple[str, str, str]], inner: dict[str, Described]) -> str:
    """SQL of the rows: plain values as DuckDB found them, which knows how dates are written; lists and objects as they came."""
    # Names that no column has: they hold those of all.
    seen, came = (named(f"{'·'.join([*kept, *inner])} {word}") for word in ("seen", "as it came"))
    replaced = ", ".join(f"{came}.{named(raw)} AS {named(raw)}" for raw in kept)
    plain = f"SELECT {seen}.* {f'REPLACE ({replaced})' if kept else ''}"
    more = [
        (_value(came, raw, name) if _is_nested(kind) and raw in kept else f"{seen}.{named(raw)}.{named(name)}")
        + f" AS {named(raw + '.' + name)}"
        for raw, name, kind in found
    ]
    joined = f"({source}) {seen}" + (f" POSITIONAL JOIN ({as_came}) {came}" if kept else "")
    return f"{', '.join([plain, *more])} FROM {joined}"


def _value(came: str, raw: str, name: str) -> str:
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    return f"nullif(json_extract({came}.{named(raw)}, {quoted(pointer)}), 'null'::JSON)"

"""Columns that already have DuckDB types (JSON, Parquet) as columns of the types that a table may have."""

from ..engine import Engine, named
from . import names
from .table import Planned

_KEPT = {
    "BOOLEAN": "boolean",
    "VARCHAR": "text",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "datetime",
    "TIMESTAMP WITH TIME ZONE": "datetime",
    "FLOAT": "float",
    "DOUBLE": "float",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), "integer"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), "integer"),
}
_CAST = {
    "TIMESTAMP_S": ("datetime", "TIMESTAMP"),
    "TIMESTAMP_MS": ("datetime", "TIMESTAMP"),
    "TIMESTAMP_NS": ("datetime", "TIMESTAMP"),
    "TIME_NS": ("time", "TIME"),
    # Parquet has no 128-bit integers; DuckDB would write them as floats.
    "HUGEINT": ("decimal", "DECIMAL(38, 0)"),
    "UHUGEINT": ("decimal", "DECIMAL(38, 0)"),
}


def shape(engine: Engine, source: str, described: list[tuple[str, str]]) -> tuple[list[Planned], list[str]]:
    """The planned columns for (label, DuckDB type) pairs, and the warnings."""
    planned, warnings = [], []
    named_all = names.name_all([label for label, _ in described], engine.reserved)
    for (raw, kind), (name, label) in zip(described, named_all, strict=True):
        made = _made(engine, source, raw, kind)
        if made is None:
            warnings.append(f"Column “{label}” holds binary data and was left out.")
        else:
            planned.append(Planned(name, label, *made))
    return planned, warnings


def _made(engine: Engine, source: str, raw: str, kind: str) -> tuple[str, str] | None:
    column = named(raw)
    if kind in _KEPT:
        return _KEPT[kind], column
    if kind in _CAST:
        type_, target = _CAST[kind]
        return type_, f"CAST({column} AS {target})"
    if kind.startswith("DECIMAL"):
        return "decimal", column
    if kind == "BLOB":
        return _binary(engine, source, column)
    if kind == "JSON":
        return _json(engine, source, column)
    if kind == "VARIANT" or kind.endswith("]") or kind.startswith(("STRUCT(", "MAP(", "UNION(")):
        return "json", f"to_json({column})"
    return "text", f"CAST({column} AS VARCHAR)"


def _binary(engine: Engine, source: str, column: str) -> tuple[str, str] | None:
    """Older writers store text as plain bytes."""
    unreadable = f"SELECT count(*) FROM ({source}) WHERE {column} IS NOT NULL AND TRY(decode({column})) IS NULL"
    return None if engine.rows(unreadable)[0][0] else ("text", f"TRY(decode({column}))")


def _json(engine: Engine, source: str, column: str) -> tuple[str, str]:
    """A column of mixed plain values is text; one that holds lists or objects stays JSON."""
    nested = f"SELECT count(*) FROM ({source}) WHERE json_type({column}) IN ('OBJECT', 'ARRAY')"
    return ("json", column) if engine.rows(nested)[0][0] else ("text", f"{column} ->> '$'")

"""A table of declared columns, from the one before and rows that came since."""

import os

import duckdb

from .complaints import bad_file
from .engine import Engine, named, path_of, quoted
from .reading.table import OUT, options, unreadable

TYPES = {
    "text": "VARCHAR", "integer": "BIGINT", "decimal": "DECIMAL(28, 6)", "float": "DOUBLE", "boolean": "BOOLEAN",
    "date": "DATE", "datetime": "TIMESTAMP WITH TIME ZONE", "time": "TIME", "json": "JSON",
}  # fmt: skip
_USUAL_VALUE = 40


def gather(engine: Engine, request: dict, files: list[int]) -> dict:
    """Write the table; of the one before, columns that are declared no more are left out, and new ones are empty."""
    engine.close_doors([path_of(file) for file in files], os.getcwd())
    columns, limits = request["columns"], request["limits"]
    kinds = {each["name"]: TYPES[each["type"]] for each in columns}
    parts = [f"SELECT {_empty(kinds)} WHERE false"]
    for path, what in zip(map(path_of, files), request["parts"], strict=True):
        parts.append(_before(engine, path, kinds) if what == "before" else _since(path, kinds))
    some = f"SELECT * FROM ({' UNION ALL '.join(parts)}) LIMIT {limits['rows'] + 1}"
    try:
        rows = engine.rows(f"COPY ({some}) TO '{OUT}' ({options(limits, _USUAL_VALUE * len(kinds))})")[0][0]
    except duckdb.Error as error:
        raise unreadable(error) from None
    if rows > limits["rows"]:
        raise bad_file(f"The table would have more than {limits['rows']:,} rows.")
    return {"columns": columns, "rows": rows, "warnings": []}


def _empty(kinds: dict[str, str]) -> str:
    return ", ".join(f"CAST(NULL AS {kind}) AS {named(name)}" for name, kind in kinds.items())


def _before(engine: Engine, path: str, kinds: dict[str, str]) -> str:
    source = f"parquet_scan({quoted(path)})"
    known = {name for name, *_rest in engine.rows(f"DESCRIBE SELECT * FROM {source}")}
    chosen = ", ".join(
        f"TRY_CAST({named(name) if name in known else 'NULL'} AS {kind}) AS {named(name)}" for name, kind in kinds.items()
    )
    return f"SELECT {chosen} FROM {source}"


def _since(path: str, kinds: dict[str, str]) -> str:
    declared = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in kinds.items())
    return f"SELECT * FROM read_json({quoted(path)}, format = 'newline_delimited', columns = {{{declared}}})"

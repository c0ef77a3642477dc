"""A table of declared columns, from rows that came, and from the table before."""

import os
import re

import duckdb

from .complaints import bad_file
from .engine import Engine, named, path_of, quoted
from .reading.table import OUT, options, unreadable

TYPES = {
    "text": "VARCHAR", "integer": "BIGINT", "decimal": "DECIMAL(28, 6)", "float": "DOUBLE", "boolean": "BOOLEAN",
    "date": "DATE", "datetime": "TIMESTAMP WITH TIME ZONE", "time": "TIME", "json": "JSON",
}  # fmt: skip
_USUAL_VALUE = 40
_EXACT = re.compile(r"DECIMAL\(\d{1,2}, \d{1,2}\)|UBIGINT|TIMESTAMP|VARCHAR|")


def gather(engine: Engine, request: dict, files: list[int]) -> dict:
    """Write the table; of the one before, columns that are declared no more are left out, and new ones are empty."""
    engine.close_doors([path_of(file) for file in files], os.getcwd())
    columns, limits = request["columns"], request["limits"]
    kinds = {each["name"]: TYPES[each["type"]] for each in columns}
    parts = [f"SELECT {_empty(kinds)} WHERE false"]
    for path, what in zip(map(path_of, files), request["parts"], strict=True):
        parts.append(_before(engine, path, kinds) if what == "before" else _since(path, kinds))
    return {"columns": columns, "rows": _written(engine, " UNION ALL ".join(parts), len(columns), limits), "warnings": []}


def tabulate(engine: Engine, request: dict, files: list[int]) -> dict:
    """Write the table of rows whose keys are c0, c1 and so on; its columns have the types that were told."""
    engine.close_doors([path_of(file) for file in files], os.getcwd())
    columns = request["columns"]
    names = [each["name"] for each in columns]
    path, types = path_of(files[0]), [_exact(each) for each in columns]
    declared = ", ".join(f"c{number}: {quoted(kind)}" for number, kind in enumerate(types))
    chosen = ", ".join(f"c{number} AS {named(name)}" for number, name in enumerate(names))
    if os.fstat(files[0]).st_size:
        source = f"SELECT {chosen} FROM read_json({quoted(path)}, format = 'newline_delimited', columns = {{{declared}}})"
    else:
        source = f"SELECT {_empty(dict(zip(names, types, strict=True)))} WHERE false"
    rows = _written(engine, source, len(columns), request["limits"])
    told = [{"name": each["name"], "type": each["type"], "label": each["label"]} for each in columns]
    return {"columns": told, "rows": rows, "warnings": []}


def _exact(column: dict) -> str:
    if not _EXACT.fullmatch(column["exact"]):
        raise bad_file("A column has a type that there is not.")
    return column["exact"] or TYPES[column["type"]]


def _written(engine: Engine, source: str, columns: int, limits: dict) -> int:
    some = f"SELECT * FROM ({source}) LIMIT {limits['rows'] + 1}"
    try:
        rows = engine.rows(f"COPY ({some}) TO '{OUT}' ({options(limits, _USUAL_VALUE * columns)})")[0][0]
    except duckdb.Error as error:
        raise unreadable(error) from None
    if rows > limits["rows"]:
        raise bad_file(f"The table would have more than {limits['rows']:,} rows.")
    return rows


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

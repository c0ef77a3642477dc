"""One SELECT over the tables of a job: checked, run, its rows cut at the limits."""

import json
import time

from . import grammar, values
from .complaints import Complaint, bad_query, from_duckdb
from .engine import Engine, named, path_of, quoted
from .names import distinct

_MOST_COLUMNS = 500
_CHUNK = 256


def ask(engine: Engine, request: dict, files: list[int]) -> str:
    """The result as JSON text: columns, rows, truncated, duration_ms."""
    _open_tables(engine, request["tables"], files)
    given = [values.bound(*each) for each in request["values"]]
    body = grammar.check(engine, request["sql"], request["tables"], binds=bool(given))
    started = time.perf_counter()
    shaped = columns(engine, body, given)
    found, truncated = rows(engine, body, shaped, given, request["limits"])
    taken = round((time.perf_counter() - started) * 1000)
    described = json.dumps([{"name": name, "type": shape.type} for name, shape in shaped])
    end = f'"truncated":{json.dumps(truncated)},"duration_ms":{taken}'
    return f'{{"columns":{described},"rows":[{",".join(found)}],{end}}}'


def _open_tables(engine: Engine, tables: list[str], files: list[int]) -> None:
    paths = [path_of(file) for file in files]
    for table, path in zip(tables, paths, strict=True):
        engine.execute(f"CREATE VIEW {named(table)} AS SELECT * FROM parquet_scan({quoted(path)})")
    engine.close_doors(paths)


def columns(engine: Engine, body: str, given: list) -> list[tuple[str, values.Shape]]:
    described = _run(engine, "DESCRIBE ", body, "", given).fetchall()
    if len(described) > _MOST_COLUMNS:
        raise bad_query(f"The result has {len(described):,} columns; at most {_MOST_COLUMNS} can be shown.")
    names = distinct([name for name, *_rest in described])
    return [(name, values.shape_of(kind)) for name, (_, kind, *_rest) in zip(names, described, strict=True)]


def rows(engine: Engine, body: str, columns: list, given: list, limits: dict) -> tuple[list[str], bool]:
    places = [f"c{position}" for position in range(len(columns))]
    chosen = ", ".join(shape.sql.format(place) for place, (_, shape) in zip(places, columns, strict=True))
    # The outer LIMIT lets DuckDB stop early and keep only the top rows of an ORDER BY.
    tail = f"\n) AS result({', '.join(places)}) LIMIT {int(limits['rows']) + 1}"
    head = f"SELECT {chosen} FROM (\n"
    found = _run(engine, head, body, tail, given)
    shapes = [shape for _, shape in columns]
    rows, size = [], 0
    while chunk := _next(found, head, body):
        for row in chunk:
            text = _text(shapes, row)
            size += len(text.encode()) + 1
            if len(rows) == limits["rows"] or size > limits["bytes"]:
                return _if_any(rows, limits), True
            rows.append(text)
    return rows, False


def _text(shapes: list[values.Shape], row: tuple) -> str:
    written = [shape.write(value) for shape, value in zip(shapes, row, strict=True)]
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


def _if_any(rows: list[str], limits: dict) -> list[str]:
    if not rows and limits["rows"]:
        raise Complaint("TooBig", f"A single row is larger than {limits['bytes']:,} bytes.")
    return rows


def _run(engine: Engine, head: str, body: str, tail: str, given: list):
    try:
        return engine.execute(head + body + tail, given)
    except Exception as error:
        raise from_duckdb(error, body, len(head.encode())) or error from None


def _next(found, head: str, body: str) -> list[tuple]:
    try:
        return found.fetchmany(_CHUNK)
    except Exception as error:
        raise from_duckdb(error, body, len(head.encode())) or error from None

"""JSON to a table: a list of objects, one object a line, or one object that holds such a list."""

import functools
import json
import os
import re

import duckdb

from ..complaints import bad_file, from_duckdb
from ..engine import Engine, quoted
from . import encoding, objects, shaping
from .table import Plan

_EXPECTED = "A JSON file must hold a list of objects ([{…}, {…}]), or one object a line."
_READ = "records = true, sample_size = -1, maximum_depth = -1, map_inference_threshold = -1"
_TWICE = re.compile(r'Duplicate name "+(.+?)"+ in struct')
_UNPACKED = "rows.ndjson"
_SAMPLE = 1 << 16
# Reading as a whole, to say exactly where a fault is or to unpack an object, costs about ten times the size.
_MOST_WHOLE = 32 << 20


def plan(engine: Engine, descriptor: int, limits: dict) -> Plan:
    text = encoding.read(descriptor)
    path, unpacked = _unpack(text.path)
    try:
        source, described, alike = _found(engine, path)
        if len(described) > limits["columns"]:
            raise bad_file(f"The objects have {len(described):,} keys; at most {limits['columns']} can be read.")
        made = objects.spread(engine, path, source, described, limits["columns"])
        planned, warnings = shaping.shape(engine, made.source, made.described)
    except duckdb.Error as error:
        raise _fault(path, error) from None
    told = [*text.warnings, *unpacked, *alike, *made.warnings, *warnings]
    return Plan(made.source, planned, told, functools.partial(_fault, path))


def _found(engine: Engine, path: str) -> tuple[str, objects.Described, list[str]]:
    """Return where the rows are with their columns. Keys within an object that differ by case alone DuckDB takes for one."""
    source = f"SELECT * FROM read_json({quoted(path)}, {_READ})"
    try:
        return source, _described(engine, source), []
    except duckdb.NotImplementedException as error:
        twice = _TWICE.search(from_duckdb(error).message)
        if not twice:
            raise
    # What is passed over so stays in the column of the object, which is kept as it came. Broken lines are found as it is read.
    source = f"SELECT * FROM read_json({quoted(path)}, {_READ}, ignore_errors = true)"
    told = f"Keys of an object that differ by case alone, such as “{twice[1]}”, have one column; its JSON holds all of them."
    return source, _described(engine, source), [told]


def _described(engine: Engine, source: str) -> objects.Described:
    return [(name, kind) for name, kind, *_rest in engine.rows(f"DESCRIBE {source}")]


def _unpack(path: str) -> tuple[str, list[str]]:
    """Where the rows are. Many programs wrap them: {"data": [{…}, {…}], "page": 1}."""
    with open(path, encoding="utf-8") as source:
        start = source.read(_SAMPLE).lstrip()
    if start[:1] not in ("[", "{") or start.startswith("[") and start[1:].lstrip()[:1] not in ("{", ""):
        raise bad_file("The list is empty." if start[1:].lstrip()[:1] == "]" else _EXPECTED)
    if start.startswith("[") and _end(path) != b"]":
        # Where it ends behind a comma, DuckDB takes what there is for the whole.
        line, exact = _where(path)
        broken = f"The JSON is broken in line {line}: {exact}."
        raise bad_file(broken if line else "The JSON is cut off: its list does not end.", line)
    whole = _whole(path) if start.startswith("{") else None
    lists = {key: value for key, value in whole.items() if _is_rows(value)} if isinstance(whole, dict) else {}
    if len(lists) != 1:
        return path, []
    key, rows = lists.popitem()
    with open(_UNPACKED, "w", encoding="utf-8") as target:
        target.writelines(json.dumps(row) + "\n" for row in rows)
    return _UNPACKED, [f"The rows were taken from the list “{key}” in the file."]


def _end(path: str) -> bytes:
    """The last byte of a text that is no space."""
    with open(path, "rb") as source:
        source.seek(max(0, os.stat(path).st_size - _SAMPLE))
        return source.read().rstrip()[-1:]


def _is_rows(value) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _whole(path: str):
    if os.stat(path).st_size > _MOST_WHOLE:
        return None
    try:
        with open(path, encoding="utf-8") as source:
            return json.load(source)
    except (ValueError, RecursionError):
        return None


def _fault(path: str, error: duckdb.Error):
    told = from_duckdb(error)
    message = told.message
    if told.kind != "BadQuery":
        return told
    if "expected records" in message:
        return bad_file(_EXPECTED)
    if "recursion depth" in message:
        return bad_file("The JSON is nested too deeply.")
    if "maximum_object_size" in message:
        return bad_file("A single object in the JSON is larger than 16 MB.")
    line, exact = _where(path)
    return bad_file(f"The JSON is broken in line {line}: {exact}.", line) if line else bad_file(_short(message))


def _where(path: str) -> tuple[int | None, str]:
    """DuckDB counts bytes within a record; people count lines of a file."""
    if os.stat(path).st_size > _MOST_WHOLE:
        return None, ""
    with open(path, encoding="utf-8") as source:
        text = source.read()
    pieces = [text] if text.lstrip().startswith("[") else text.split("\n")
    for number, piece in enumerate(pieces):
        try:
            if piece.strip():
                json.loads(piece)
        except json.JSONDecodeError as error:
            return number + error.lineno, f"{error.msg.lower()} at column {error.colno}"
        except RecursionError:
            break
    return None, ""


def _short(message: str) -> str:
    told = re.sub(r' Try .*|JSON transform error in file "[^"]*", ', "", message)
    return f"The JSON cannot be read: {told.rstrip('. ')}."

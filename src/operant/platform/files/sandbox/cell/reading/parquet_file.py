"""Parquet to a clean table. What the file says of itself is read first, and not believed afterwards."""

import os

import duckdb

from ..complaints import bad_file, from_duckdb
from ..engine import Engine, path_of, quoted
from . import shaping
from .table import Plan

_MAGIC, _ENCRYPTED = b"PAR1", b"PARE"
_MOST_FOOTER = 64 << 20


def plan(engine: Engine, descriptor: int, limits: dict) -> Plan:
    _look(descriptor)
    path = quoted(path_of(descriptor))
    source = f"SELECT * FROM parquet_scan({path})"
    try:
        _measure(engine, path, limits)
        described = [(name, kind) for name, kind, *_rest in engine.rows(f"DESCRIBE {source}")]
        if len(described) > limits["columns"]:
            raise bad_file(f"The file has {len(described):,} columns; at most {limits['columns']} can be read.")
        planned, warnings = shaping.shape(engine, source, described)
    except duckdb.Error as error:
        raise _damaged(error) from None
    return Plan(source, planned, warnings, _damaged)


def _damaged(error: duckdb.Error):
    told = from_duckdb(error)
    return bad_file(f"The Parquet file is damaged: {told.message}") if told.kind == "BadQuery" else told


def _look(descriptor: int) -> None:
    size = os.fstat(descriptor).st_size
    if size == 0:
        raise bad_file("The file is empty.")
    head, tail = os.pread(descriptor, 4, 0), os.pread(descriptor, 8, max(0, size - 8))
    if _ENCRYPTED in (head, tail[4:]):
        raise bad_file("The Parquet file is encrypted. Upload it without encryption.")
    if head != _MAGIC:
        raise bad_file("This is not a Parquet file.")
    if tail[4:] != _MAGIC or size < 12:
        raise bad_file("The Parquet file is cut off: its end is missing. Upload it again.")
    footer = int.from_bytes(tail[:4], "little")
    if footer > min(size - 12, _MOST_FOOTER):
        raise bad_file("The Parquet file is damaged: its table of contents cannot be right.")


def _measure(engine: Engine, path: str, limits: dict) -> None:
    ((rows, algorithm),) = engine.rows(f"SELECT num_rows, encryption_algorithm FROM parquet_file_metadata({path})")
    if algorithm:
        raise bad_file("The Parquet file is encrypted. Upload it without encryption.")
    if rows > limits["rows"]:
        raise bad_file(f"The file has {rows:,} rows; at most {limits['rows']:,} can be read.")
    total = f"SELECT coalesce(sum(total_uncompressed_size), 0) FROM parquet_metadata({path})"
    unpacked = engine.rows(total)[0][0]
    if unpacked > limits["unpacked_bytes"]:
        raise bad_file(
            f"The file unpacks to {unpacked / 1e9:.1f} GB; at most {limits['unpacked_bytes'] / 1e9:.1f} GB can be read."
        )

"""CSV to a table of typed columns."""

import functools
import os
from collections.abc import Collection

import duckdb

from ..complaints import bad_file
from ..engine import Engine, quoted
from . import detecting, dialect, encoding, kinds, mending, names, table
from .table import Plan, Planned, unreadable

_CLEAN, _STAGED = "clean.csv", "staged.parquet"
_MOST_LISTED = 5


def plan(engine: Engine, descriptor: int, limits: dict) -> Plan:
    text = encoding.read(descriptor)
    cut = dialect.find(text.path)
    if cut.width > limits["columns"]:
        raise bad_file(f"The file has {cut.width:,} columns; at most {limits['columns']} can be read.")
    mended = _stage(engine, text.path, cut, limits)
    named = names.name_all((cut.labels or []) + [""] * (cut.width - len(cut.labels or [])), engine.reserved)
    columns = [f"c{number}" for number in range(cut.width)]
    found = detecting.decide(engine, quoted(_STAGED), columns, cut.rows, cut.decimal_comma)
    planned = [
        Planned(name, label, kind.type, kind.value(column), column)
        for (name, label), kind, column in zip(named, found, columns, strict=True)
    ]
    kept, dropped = _without_empty(engine, planned, columns, cut)
    warnings = [*text.warnings, *told(cut.titles, bool(cut.labels)), *mended, *dropped]
    source = f"SELECT * FROM {quoted(_STAGED)}"
    first_line = int if mended else functools.cache(functools.partial(_first_line, engine, text.path, cut))
    return Plan(source, kept, warnings, unreadable, cut.row_bytes, first_line, functools.partial(_told_types, planned, found))


def _stage(engine: Engine, path: str, cut: dialect.Dialect, limits: dict) -> list[str]:
    """Bring every value as text into Parquet: straight where the file keeps the rules, mended where it does not."""
    written = table.options(limits, cut.row_bytes)
    if cut.plain_start and not cut.spaces and (not cut.labels or cut.first_row == 2):
        try:
            _copy(engine, _reader(path, cut.delimiter, cut.width, skip=1 if cut.labels else 0), written)
            return []
        except duckdb.InvalidInputException:
            pass
    warnings = mending.mend(path, cut, _CLEAN)
    stage(engine, _CLEAN, cut.width, limits, cut.row_bytes)
    return warnings


def stage(engine: Engine, path: str, width: int, limits: dict, row_bytes: int) -> str:
    """Bring a CSV of our own, without a header, into Parquet as text in columns c0, c1 and so on; returns where that is."""
    try:
        _copy(engine, _reader(path, ",", width, skip=0), table.options(limits, row_bytes))
    except duckdb.InvalidInputException as error:
        raise unreadable(error) from None
    os.unlink(path)
    return _STAGED


def _first_line(engine: Engine, path: str, cut: dialect.Dialect) -> int:
    """Return the line of the first row, where every row is one line of the file: places are told by it."""
    rows = engine.rows(f"SELECT count(*) FROM {quoted(_STAGED)}")[0][0]
    with open(path, "rb") as source:
        lines = sum(1 for _ in source)
    return cut.first_row if lines == rows + cut.first_row - 1 else 0


def _copy(engine: Engine, reader: str, written: str) -> None:
    engine.execute(f"COPY (SELECT * FROM {reader}) TO '{_STAGED}' ({written})")


def _reader(path: str, delimiter: str, width: int, skip: int) -> str:
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(width))
    return (
        f"read_csv({quoted(path)}, delim = {quoted(delimiter)}, quote = '\"', escape = '\"', header = false, "
        f"skip = {skip}, nullstr = '', auto_detect = false, columns = {{{columns}}}, "
        f"max_line_size = {2 * dialect.MOST_VALUE}, buffer_size = {4 * dialect.MOST_VALUE})"
    )


def _without_empty(engine: Engine, planned: list[Planned], columns: list[str], cut) -> tuple[list[Planned], list[str]]:
    """Leave out columns with neither a name nor a value: what a delimiter at the end of every line leaves behind."""
    unnamed = [n for n in range(cut.width) if cut.labels and (n >= len(cut.labels) or not cut.labels[n].strip())]
    if not unnamed:
        return planned, []
    counts = engine.rows(f"SELECT {', '.join(f'count({columns[n]})' for n in unnamed)} FROM {quoted(_STAGED)}")[0]
    empty = {n for n, count in zip(unnamed, counts, strict=True) if count == 0}
    told = [f"Column {n + 1} has neither a name nor values and was left out." for n in sorted(empty)]
    return [column for n, column in enumerate(planned) if n not in empty], told[:_MOST_LISTED]


def told(titles: int, labeled: bool, line: str = "line", whole: str = "file") -> list[str]:
    """What is to be known of how the table begins, in words for what its rows are and stand in."""
    warnings = []
    if titles == 1:
        warnings.append(f"The first {line} stands above the table and was left out.")
    elif titles:
        warnings.append(f"The first {titles} {line}s stand above the table and were left out.")
    if not labeled:
        warnings.append(f"The {whole} has no header; its columns were named column_1, column_2 and so on.")
    return warnings


def _told_types(planned: list[Planned], found: list[detecting.Found], pinned: Collection[str]) -> list[str]:
    comma, unclear, nothings, long = [], [], [], []
    for column, kind in zip(planned, found, strict=True):
        if column.name in pinned:
            continue
        if kind.kind in (kinds.COMMA, kinds.INTEGER_DOTS):
            comma.append(column.label)
        if kind.ambiguous:
            unclear.append(column.label)
        if kind.is_long:
            long.append(column.label)
        if kind.kind and kind.nothings:
            nothings.append(column.label)
    return [
        *listed("Numbers were read with a decimal comma (1.234,5 is 1234.5)", comma),
        *listed("Dates could be day/month or month/day and stay text; choose one under Columns", unclear),
        *listed("Numbers of more than 18 digits stay text; choose Number under Columns to round them", long),
        *listed("Marks such as NA or - were read as empty", nothings),
    ]


def listed(what: str, labels: list[str]) -> list[str]:
    """A sentence with the columns that it is about; none where there are none."""
    if not labels:
        return []
    shown = ", ".join(f"“{label}”" for label in labels[:_MOST_LISTED])
    return [f"{what}: {shown}{' and others' if len(labels) > _MOST_LISTED else ''}."]
